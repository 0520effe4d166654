"""Mock server for Cloudflare Workers AI and any other OpenAPI document."""
