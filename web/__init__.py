"""The edge: verbs, composition root, routes, authentication and the browser client."""
