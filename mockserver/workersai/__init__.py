"""What only Cloudflare Workers AI does: catalogue facts, error envelope, fakes and dialects."""
