"""The RealWorld API, at `/api`: a second face of the same services, for its ready-made clients."""
