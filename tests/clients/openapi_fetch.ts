// A client of the types that openapi-typescript made: it writes, and reads page by page.
import { strict as assert } from "node:assert";

import createClient from "openapi-fetch";

import type { paths } from "./schema";

const [baseUrl] = process.argv.slice(2);
const { GET, POST, use } = createClient<paths>({ baseUrl });

const credentials = { username: "cleo", email: "cleo@example.com", password: "wet on the plate" };
const registered = await POST("/api/v1/auth/register", { body: credentials });
const token = registered.data!.access_token;
use({
    onRequest({ request }) {
        request.headers.set("Authorization", `Bearer ${token}`);
        return request;
    },
});
for (const title of ["five", "six"]) {
    const written = await POST("/api/v1/posts", { body: { title, body: "Ink.", status: "published" } });
    assert.equal(written.response.status, 201);
}
const first = await GET("/api/v1/posts", { params: { query: { author: "cleo", limit: 1 } } });
const cursor = first.data!.next_cursor!;
const query = { author: "cleo", limit: 1, cursor };
const second = await GET("/api/v1/posts", { params: { query } });
assert.deepEqual(second.data!.items.map((post) => post.title), ["five"]);
const none = await GET("/api/v1/posts/{post_id}", { params: { path: { post_id: "none" } } });
assert.equal(none.error!.type, "urn:broadsheet:problem:not-found");
