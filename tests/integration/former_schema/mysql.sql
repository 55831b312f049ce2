CREATE TABLE `address` (
  `tenant` binary(16) NOT NULL,
  `address` varchar(255) NOT NULL,
  `post_id` binary(16) NOT NULL,
  `kind` varchar(5) NOT NULL,
  PRIMARY KEY (`tenant`,`address`),
  KEY `address_by_post` (`tenant`,`post_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin;

CREATE TABLE `alembic_version` (
  `version_num` varchar(32) NOT NULL,
  PRIMARY KEY (`version_num`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin;

CREATE TABLE `answer` (
  `tenant` binary(16) NOT NULL,
  `user_id` binary(16) NOT NULL,
  `address` binary(32) NOT NULL,
  `body` binary(32) NOT NULL,
  `status` int DEFAULT NULL,
  `headers` json DEFAULT NULL,
  `content` mediumblob,
  `given_at` datetime(6) NOT NULL,
  PRIMARY KEY (`tenant`,`user_id`,`address`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin;

CREATE TABLE `comment` (
  `tenant` binary(16) NOT NULL,
  `post_id` binary(16) NOT NULL,
  `number` int NOT NULL,
  `author_id` binary(16) NOT NULL,
  `body` mediumtext NOT NULL,
  `version` int NOT NULL,
  `created_at` datetime(6) NOT NULL,
  `updated_at` datetime(6) NOT NULL,
  `deleted_at` datetime(6) DEFAULT NULL,
  PRIMARY KEY (`tenant`,`post_id`,`number`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin;

CREATE TABLE `favorite` (
  `tenant` binary(16) NOT NULL,
  `user_id` binary(16) NOT NULL,
  `post_id` binary(16) NOT NULL,
  `published_at` datetime(6) DEFAULT NULL,
  PRIMARY KEY (`tenant`,`user_id`,`post_id`),
  KEY `favorite_by_publication` (`tenant`,`user_id`,`published_at`,`post_id`),
  KEY `favorite_by_post` (`tenant`,`post_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin;

CREATE TABLE `follow` (
  `tenant` binary(16) NOT NULL,
  `follower_id` binary(16) NOT NULL,
  `followed_id` binary(16) NOT NULL,
  `created_at` datetime(6) NOT NULL,
  PRIMARY KEY (`tenant`,`follower_id`,`followed_id`),
  KEY `follow_by_followed` (`tenant`,`followed_id`,`follower_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin;

CREATE TABLE `job` (
  `id` binary(16) NOT NULL,
  `tenant` binary(16) NOT NULL,
  `kind` varchar(40) NOT NULL,
  `payload` json NOT NULL,
  `period` varchar(40) DEFAULT NULL,
  `requested_by` binary(16) DEFAULT NULL,
  `request_id` varchar(128) DEFAULT NULL,
  `state` varchar(10) NOT NULL,
  `attempts` int NOT NULL,
  `max_attempts` int NOT NULL,
  `run_at` datetime(6) NOT NULL,
  `due_at` datetime(6) DEFAULT NULL,
  `total` int DEFAULT NULL,
  `result` json DEFAULT NULL,
  `error` text,
  `created_at` datetime(6) NOT NULL,
  `started_at` datetime(6) DEFAULT NULL,
  `finished_at` datetime(6) DEFAULT NULL,
  `items_counted` int NOT NULL DEFAULT '0',
  `round` int DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `job_period` (`tenant`,`kind`,`period`),
  KEY `job_by_due` (`due_at`,`state`),
  KEY `job_by_tenant` (`tenant`,`id`),
  KEY `job_by_requester` (`state`,`requested_by`,`due_at`),
  KEY `job_by_round` (`state`,`round`,`run_at`,`requested_by`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin;

CREATE TABLE `job_item` (
  `tenant` binary(16) NOT NULL,
  `job_id` binary(16) NOT NULL,
  `name` varchar(40) NOT NULL,
  `outcome` json NOT NULL,
  PRIMARY KEY (`tenant`,`job_id`,`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin;

CREATE TABLE `post` (
  `id` binary(16) NOT NULL,
  `tenant` binary(16) NOT NULL,
  `author_id` binary(16) NOT NULL,
  `slug` varchar(255) NOT NULL,
  `title` varchar(200) NOT NULL,
  `summary` varchar(500) DEFAULT NULL,
  `body` mediumtext NOT NULL,
  `tags` json NOT NULL,
  `byline` varchar(500) DEFAULT NULL,
  `status` varchar(10) NOT NULL,
  `version` int NOT NULL,
  `favorites_count` int NOT NULL DEFAULT '0',
  `comments_count` int NOT NULL DEFAULT '0',
  `created_at` datetime(6) NOT NULL,
  `updated_at` datetime(6) NOT NULL,
  `published_at` datetime(6) DEFAULT NULL,
  `deleted_at` datetime(6) DEFAULT NULL,
  `listing` varchar(10) NOT NULL DEFAULT 'draft',
  `comments_numbered` int NOT NULL DEFAULT '0',
  PRIMARY KEY (`id`),
  KEY `post_listed_by_publication` (`tenant`,`listing`,`published_at`,`id`),
  KEY `post_listed_by_update` (`tenant`,`listing`,`updated_at`,`id`),
  KEY `post_listed_by_title` (`tenant`,`listing`,`title`,`id`),
  KEY `post_of_author_by_publication` (`tenant`,`author_id`,`listing`,`published_at`,`id`),
  KEY `post_of_author_by_update` (`tenant`,`author_id`,`listing`,`updated_at`,`id`),
  KEY `post_of_author_by_title` (`tenant`,`author_id`,`listing`,`title`,`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin;

CREATE TABLE `post_search` (
  `id` int NOT NULL AUTO_INCREMENT,
  `tenant` binary(16) NOT NULL,
  `post_id` binary(16) NOT NULL,
  `published_at` datetime(6) DEFAULT NULL,
  `words` mediumtext NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `post_search_of_post` (`tenant`,`post_id`),
  KEY `post_search_by_publication` (`tenant`,`published_at`,`post_id`),
  FULLTEXT KEY `post_search_words` (`words`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin;

CREATE TABLE `post_tag` (
  `tenant` binary(16) NOT NULL,
  `post_id` binary(16) NOT NULL,
  `tag` varchar(255) NOT NULL,
  `published_at` datetime(6) DEFAULT NULL,
  PRIMARY KEY (`tenant`,`post_id`,`tag`),
  KEY `post_tag_by_publication` (`tenant`,`tag`,`published_at`,`post_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin;

CREATE TABLE `tag` (
  `tenant` binary(16) NOT NULL,
  `tag` varchar(255) NOT NULL,
  `name` varchar(50) NOT NULL,
  `posts_count` int NOT NULL,
  PRIMARY KEY (`tenant`,`tag`),
  KEY `tag_by_count` (`tenant`,`posts_count` DESC,`tag`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin;

CREATE TABLE `tenant` (
  `id` binary(16) NOT NULL,
  `name` varchar(100) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `tenant_name` (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin;

CREATE TABLE `token_family` (
  `id` binary(16) NOT NULL,
  `tenant` binary(16) NOT NULL,
  `user_id` binary(16) NOT NULL,
  `generation` int NOT NULL,
  `rotated_at` datetime(6) NOT NULL,
  `revoked_at` datetime(6) DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `token_family_by_user` (`tenant`,`user_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin;

CREATE TABLE `touched` (
  `id` binary(16) NOT NULL,
  `tenant` binary(16) NOT NULL,
  `tags` json NOT NULL,
  `writers` json NOT NULL,
  `touched_at` datetime(6) NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin;

CREATE TABLE `user` (
  `id` binary(16) NOT NULL,
  `tenant` binary(16) NOT NULL,
  `username` varchar(50) NOT NULL,
  `username_folded` varchar(255) NOT NULL,
  `email` varchar(254) DEFAULT NULL,
  `email_folded` varchar(255) DEFAULT NULL,
  `password_hash` varchar(255) DEFAULT NULL,
  `display_name` varchar(100) NOT NULL,
  `bio` mediumtext,
  `image` varchar(2000) DEFAULT NULL,
  `role` varchar(10) NOT NULL,
  `followers_count` int NOT NULL DEFAULT '0',
  `version` int NOT NULL,
  `created_at` datetime(6) NOT NULL,
  `updated_at` datetime(6) NOT NULL,
  `is_active` tinyint(1) NOT NULL DEFAULT '1',
  `mails` tinyint(1) NOT NULL DEFAULT '1',
  PRIMARY KEY (`id`),
  UNIQUE KEY `user_username` (`tenant`,`username_folded`),
  UNIQUE KEY `user_email` (`tenant`,`email_folded`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin
