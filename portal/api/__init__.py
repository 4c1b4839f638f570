"""The REST API for other systems: OAuth 2, evidence by person, the four national endpoints, webhooks (`/api/v1/`)."""
