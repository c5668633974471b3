#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A Slurm array of shards: sbatch --array=1-8 slurm.sh; then: eligo merge --out screened /data/shards/*
#SBATCH --requeue
exec eligo batch --study study.yaml --from /data/registry.ndjson.gz --on 2026-11-22 --no-progress --resume \
  --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" --out "/data/shards/$SLURM_ARRAY_TASK_ID"
