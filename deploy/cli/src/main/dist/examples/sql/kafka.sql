-- Rows of JSON with arrays, from a topic through a model into a topic, exactly once. From the folder of the distribution:
--
--   ./flink-gpu kafka up --topic pixels:2 --topic labels:2
--   ./flink-gpu sql -f examples/sql/kafka.sql
--   ./flink-gpu kafka down
--
-- It first fills the topic of pixels from files. Without 'scan.bounded.mode' the second job runs until you end it.

SET 'execution.checkpointing.interval' = '5 s';
SET 'table.exec.async-ml-predict.max-concurrent-operations' = '256';

CREATE TABLE images (
  content BYTES,
  path STRING METADATA
) WITH (
  'connector' = 'media-files',
  'path' = 'examples/digits/images'
);

CREATE TABLE pixels (
  file STRING,
  pixels ARRAY<FLOAT>
) WITH (
  'connector' = 'kafka',
  'topic' = 'pixels',
  'properties.bootstrap.servers' = 'localhost:9092',
  'properties.isolation.level' = 'read_committed',
  'scan.startup.mode' = 'earliest-offset',
  'scan.bounded.mode' = 'latest-offset',
  'sink.delivery-guarantee' = 'exactly-once',
  'sink.transactional-id-prefix' = 'sql-pixels',
  'properties.transaction.timeout.ms' = '600000',
  'format' = 'json'
);

CREATE TABLE labels (
  file STRING,
  label BIGINT,
  score FLOAT
) WITH (
  'connector' = 'kafka',
  'topic' = 'labels',
  'properties.bootstrap.servers' = 'localhost:9092',
  'sink.delivery-guarantee' = 'exactly-once',
  'sink.transactional-id-prefix' = 'sql-labels',
  'properties.transaction.timeout.ms' = '600000',
  'format' = 'json'
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

INSERT INTO pixels
  SELECT path, decode_image(content, 32, 32, 1) FROM images;

INSERT INTO labels
  SELECT file, label, ARRAY_MAX(scores)
  FROM ML_PREDICT(TABLE pixels, MODEL digits, DESCRIPTOR(pixels));
