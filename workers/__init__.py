"""What takes long: jobs, their dispatcher and runner, engines and models."""
