"""Who answers for a family of models on `/ai/run/{model}`: one module for each kind of content."""
