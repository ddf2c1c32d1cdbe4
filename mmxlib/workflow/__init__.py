"""Durable runs: store, checkpoints, orchestrator, session."""
