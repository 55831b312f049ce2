CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);

CREATE TABLE tenant (
	id BLOB NOT NULL, 
	name VARCHAR(100) NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT tenant_name UNIQUE (name)
);

CREATE TABLE user (
	id BLOB NOT NULL, 
	tenant BLOB NOT NULL, 
	username VARCHAR(50) NOT NULL, 
	username_folded VARCHAR(255) NOT NULL, 
	email VARCHAR(254), 
	email_folded VARCHAR(255), 
	password_hash VARCHAR(255), 
	display_name VARCHAR(100) NOT NULL, 
	bio TEXT, 
	image VARCHAR(2000), 
	role VARCHAR(10) NOT NULL, 
	followers_count INTEGER DEFAULT '0' NOT NULL, 
	version INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, is_active BOOLEAN DEFAULT 1 NOT NULL, mails BOOLEAN DEFAULT 1 NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT user_username UNIQUE (tenant, username_folded), 
	CONSTRAINT user_email UNIQUE (tenant, email_folded)
);

CREATE TABLE token_family (
	id BLOB NOT NULL, 
	tenant BLOB NOT NULL, 
	user_id BLOB NOT NULL, 
	generation INTEGER NOT NULL, 
	rotated_at DATETIME NOT NULL, 
	revoked_at DATETIME, 
	PRIMARY KEY (id)
);

CREATE INDEX token_family_by_user ON token_family (tenant, user_id);

CREATE TABLE post (
	id BLOB NOT NULL, 
	tenant BLOB NOT NULL, 
	author_id BLOB NOT NULL, 
	slug VARCHAR(255) NOT NULL, 
	title VARCHAR(200) NOT NULL, 
	summary VARCHAR(500), 
	body TEXT NOT NULL, 
	tags JSON NOT NULL, 
	byline VARCHAR(500), 
	status VARCHAR(10) NOT NULL, 
	version INTEGER NOT NULL, 
	favorites_count INTEGER DEFAULT '0' NOT NULL, 
	comments_count INTEGER DEFAULT '0' NOT NULL, 
	created_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, 
	published_at DATETIME, 
	deleted_at DATETIME, listing VARCHAR(10) DEFAULT 'draft' NOT NULL, comments_numbered INTEGER DEFAULT '0' NOT NULL, 
	PRIMARY KEY (id)
);

CREATE TABLE post_tag (
	tenant BLOB NOT NULL, 
	post_id BLOB NOT NULL, 
	tag VARCHAR(255) NOT NULL, 
	published_at DATETIME, 
	PRIMARY KEY (tenant, post_id, tag)
);

CREATE INDEX post_tag_by_publication ON post_tag (tenant, tag, published_at, post_id);

CREATE TABLE address (
	tenant BLOB NOT NULL, 
	address VARCHAR(255) NOT NULL, 
	post_id BLOB NOT NULL, 
	kind VARCHAR(5) NOT NULL, 
	PRIMARY KEY (tenant, address)
);

CREATE INDEX post_listed_by_publication ON post (tenant, listing, published_at, id);

CREATE INDEX post_listed_by_update ON post (tenant, listing, updated_at, id);

CREATE INDEX post_listed_by_title ON post (tenant, listing, title, id);

CREATE INDEX post_of_author_by_publication ON post (tenant, author_id, listing, published_at, id);

CREATE INDEX post_of_author_by_update ON post (tenant, author_id, listing, updated_at, id);

CREATE INDEX post_of_author_by_title ON post (tenant, author_id, listing, title, id);

CREATE TABLE comment (
	tenant BLOB NOT NULL, 
	post_id BLOB NOT NULL, 
	number INTEGER NOT NULL, 
	author_id BLOB NOT NULL, 
	body TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, 
	deleted_at DATETIME, 
	PRIMARY KEY (tenant, post_id, number)
);

CREATE TABLE follow (
	tenant BLOB NOT NULL, 
	follower_id BLOB NOT NULL, 
	followed_id BLOB NOT NULL, 
	created_at DATETIME NOT NULL, 
	PRIMARY KEY (tenant, follower_id, followed_id)
);

CREATE TABLE favorite (
	tenant BLOB NOT NULL, 
	user_id BLOB NOT NULL, 
	post_id BLOB NOT NULL, 
	published_at DATETIME, 
	PRIMARY KEY (tenant, user_id, post_id)
);

CREATE INDEX favorite_by_publication ON favorite (tenant, user_id, published_at, post_id);

CREATE INDEX favorite_by_post ON favorite (tenant, post_id);

CREATE TABLE tag (
	tenant BLOB NOT NULL, 
	tag VARCHAR(255) NOT NULL, 
	name VARCHAR(50) NOT NULL, 
	posts_count INTEGER NOT NULL, 
	PRIMARY KEY (tenant, tag)
);

CREATE INDEX tag_by_count ON tag (tenant, posts_count DESC, tag);

CREATE TABLE post_search (
	id INTEGER NOT NULL, 
	tenant BLOB NOT NULL, 
	post_id BLOB NOT NULL, 
	published_at DATETIME, 
	words TEXT NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT post_search_of_post UNIQUE (tenant, post_id)
);

CREATE VIRTUAL TABLE post_search_index USING fts5(words, content='post_search', content_rowid='id', tokenize='ascii');

CREATE TRIGGER post_search_added AFTER INSERT ON post_search BEGIN INSERT INTO post_search_index (rowid, words) VALUES (new.id, new.words); END;

CREATE TRIGGER post_search_removed AFTER DELETE ON post_search BEGIN INSERT INTO post_search_index (post_search_index, rowid, words) VALUES ('delete', old.id, old.words); END;

CREATE TRIGGER post_search_changed AFTER UPDATE OF words ON post_search BEGIN INSERT INTO post_search_index (post_search_index, rowid, words) VALUES ('delete', old.id, old.words); INSERT INTO post_search_index (rowid, words) VALUES (new.id, new.words); END;

CREATE INDEX address_by_post ON address (tenant, post_id);

CREATE TABLE answer (
	tenant BLOB NOT NULL, 
	user_id BLOB NOT NULL, 
	address BLOB NOT NULL, 
	body BLOB NOT NULL, 
	status INTEGER, 
	headers JSON, 
	content BLOB, 
	given_at DATETIME NOT NULL, 
	PRIMARY KEY (tenant, user_id, address)
);

CREATE TABLE touched (
	id BLOB NOT NULL, 
	tenant BLOB NOT NULL, 
	tags JSON NOT NULL, 
	writers JSON NOT NULL, 
	touched_at DATETIME NOT NULL, 
	PRIMARY KEY (id)
);

CREATE TABLE job (
	id BLOB NOT NULL, 
	tenant BLOB NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	payload JSON NOT NULL, 
	period VARCHAR(40), 
	requested_by BLOB, 
	request_id VARCHAR(128), 
	state VARCHAR(10) NOT NULL, 
	attempts INTEGER NOT NULL, 
	max_attempts INTEGER NOT NULL, 
	run_at DATETIME NOT NULL, 
	due_at DATETIME, 
	total INTEGER, 
	result JSON, 
	error TEXT, 
	created_at DATETIME NOT NULL, 
	started_at DATETIME, 
	finished_at DATETIME, items_counted INTEGER DEFAULT '0' NOT NULL, round INTEGER, 
	PRIMARY KEY (id), 
	CONSTRAINT job_period UNIQUE (tenant, kind, period)
);

CREATE INDEX job_by_due ON job (due_at, state);

CREATE INDEX job_by_tenant ON job (tenant, id);

CREATE TABLE job_item (
	tenant BLOB NOT NULL, 
	job_id BLOB NOT NULL, 
	name VARCHAR(40) NOT NULL, 
	outcome JSON NOT NULL, 
	PRIMARY KEY (tenant, job_id, name)
);

CREATE INDEX follow_by_followed ON follow (tenant, followed_id, follower_id);

CREATE INDEX post_search_by_publication ON post_search (tenant, published_at, post_id);

CREATE INDEX job_by_requester ON job (state, requested_by, due_at);

CREATE INDEX job_by_round ON job (state, round, run_at, requested_by)
