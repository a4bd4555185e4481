"""The HTTP and WebSocket endpoints, one file a resource."""
