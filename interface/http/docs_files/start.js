// a file and not a part of the page, whose policy forbids inline scripts
SwaggerUIBundle({
  url: new URL("openapi.json", document.baseURI).href,
  dom_id: "#swagger-ui",
  deepLinking: true,
  layout: "BaseLayout",
  presets: [SwaggerUIBundle.presets.apis],
  // it would ask a server of Swagger's
  validatorUrl: null,
  requestInterceptor: withoutClient,
});

// The Authorize button names an OAuth client, with an empty name where nobody typed one. The server
// knows no clients, and refuses whatever is not an access token.
function withoutClient(request) {
  if (request.headers?.Authorization?.startsWith("Basic ")) {
    delete request.headers.Authorization;
  }
  return request;
}
