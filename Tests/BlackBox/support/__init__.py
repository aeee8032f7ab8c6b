"""What the black-box scenarios share: Berth's process, upstreams, images, and an exact HTTP client."""
