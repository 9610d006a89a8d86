-- Image files to labels: files, decoded, and run through a model. From the folder of the distribution:
--
--   ./flink-gpu sql -f examples/sql/digits.sql
--
-- The results are JSON lines in /tmp/flink-gpu-sql/labels.

LOAD MODULE `flink-gpu`;

SET 'parallelism.default' = '2';
SET 'execution.checkpointing.interval' = '10 s';
SET 'table.dml-sync' = 'true';
-- As many rows as a batch shall have.
SET 'table.exec.async-ml-predict.max-concurrent-operations' = '256';

CREATE TABLE images (
  content BYTES,
  path STRING METADATA
) WITH (
  'connector' = 'media-files',
  'path' = 'examples/digits/images',
  'extensions' = '.jpg'
);

CREATE MODEL digits
  INPUT (pixels ARRAY<FLOAT>)
  OUTPUT (label BIGINT, scores ARRAY<FLOAT>)
  WITH (
    'provider' = 'flink-gpu',
    'location' = 'examples/digits/model',
    'input.image' = 'pixels',
    'output.scores' = 'probabilities',
    'batch.max-size' = '64'
  );

CREATE TABLE labels (
  file STRING,
  label BIGINT,
  score FLOAT
) WITH (
  'connector' = 'filesystem',
  'path' = '/tmp/flink-gpu-sql/labels',
  'format' = 'json'
);

CREATE VIEW decoded AS
  SELECT path, decode_image(content, 32, 32, 1) AS pixels FROM images;

INSERT INTO labels
  SELECT path, label, ARRAY_MAX(scores)
  FROM ML_PREDICT(TABLE decoded, MODEL digits, DESCRIPTOR(pixels));
