"""The training jobs as pages see them: one service for everyone, and the buttons that steer a job."""
