"""What an OpenAPI document says: operations, media types, examples, matching, validation, sampling."""
