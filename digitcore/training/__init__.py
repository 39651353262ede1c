"""Everything that learns. The only place that imports TensorFlow: a process that only reads digits never loads it."""
