// A client that @hey-api/openapi-ts made: it registers, writes, follows, and reads page by page.
import { strict as assert } from "node:assert";

import { client } from "./hey/client.gen";
import { createArticle, createPost, deletePost, follow, listPosts, register } from "./hey";
import { registerUser, updatePost } from "./hey";

const [baseUrl] = process.argv.slice(2);
client.setConfig({ baseUrl, throwOnError: true });

const account = { username: "ann", email: "ann@example.com", password: "hot off the press" };
const { data: ann } = await register({ body: account, throwOnError: true });
const auth = ann.access_token;

for (const title of ["one", "two", "three"]) {
    const body = { title, body: "Ink.", status: "published" as const };
    await createPost({ body, auth, throwOnError: true });
}
let cursor: string | undefined;
const titles: string[] = [];
do {
    const { data } = await listPosts({ query: { limit: 2, cursor }, auth, throwOnError: true });
    titles.push(...data.items.map((post) => post.title));
    cursor = data.next_cursor ?? undefined;
} while (cursor);
assert.deepEqual(titles, ["three", "two", "one"]);

const { data: page } = await listPosts({ query: { limit: 1 }, throwOnError: true });
const path = { post_id: page.items[0]!.id };
const headers = { "If-Match": `"${page.items[0]!.version}-"` };
const changed = { path, headers, auth, body: { title: "four" }, throwOnError: true as const };
assert.equal((await updatePost(changed)).data.version, 2);
const stale = await updatePost({ ...changed, throwOnError: false });
assert.equal((stale.error as { type: string }).type, "urn:broadsheet:problem:stale-version");
await deletePost({ path, auth, throwOnError: true });

const user = { username: "bea", email: "bea@example.com", password: "ink on my fingers" };
const { data: bea } = await registerUser({ body: { user }, throwOnError: true });
await follow({ path: { username: "ann" }, auth: bea.user.token, throwOnError: true });
const article = { title: "Go on", description: "On", body: "!", tagList: ["a"] };
const made = { body: { article }, auth: bea.user.token, throwOnError: true as const };
assert.equal((await createArticle(made)).data.article.slug, "go-on");
