-- Two models and their dead letters in one job. From the folder of the distribution:
--
--   ./flink-gpu sql -f examples/sql/two-models.sql
--
-- A file that is no image and a row that a model cannot answer go into one table, the others into another.

SET 'execution.checkpointing.interval' = '10 s';
SET 'table.exec.async-ml-predict.max-concurrent-operations' = '256';

CREATE TABLE images (
  content BYTES,
  path STRING METADATA
) WITH (
  'connector' = 'media-files',
  'path' = 'examples/digits/images'
);

CREATE MODEL quick
  INPUT (pixels ARRAY<FLOAT>)
  OUTPUT (quick ARRAY<FLOAT>, quick_error ROW<class STRING, message STRING, attempts INT>)
  WITH (
    'provider' = 'flink-gpu',
    'location' = 'examples/digits/digits.onnx',
    'input.image' = 'pixels',
    'output.quick' = 'probabilities',
    'error-column' = 'quick_error'
  );

CREATE MODEL thorough
  INPUT (pixels ARRAY<FLOAT>)
  OUTPUT (thorough ARRAY<FLOAT>, thorough_error ROW<class STRING, message STRING, attempts INT>)
  WITH (
    'provider' = 'flink-gpu',
    'location' = 'examples/digits/model',
    'input.image' = 'pixels',
    'output.thorough' = 'probabilities',
    'error-column' = 'thorough_error'
  );

CREATE TABLE answers (
  file STRING,
  digit STRING,
  agreed BOOLEAN
) WITH (
  'connector' = 'filesystem',
  'path' = '/tmp/flink-gpu-sql/answers',
  'format' = 'json'
);

CREATE TABLE failed (
  `element` STRING,
  errorClass STRING,
  cause STRING,
  attempts INT,
  `row` STRING
) WITH (
  'connector' = 'dead-letters',
  'path' = '/tmp/flink-gpu-sql/dead-letters'
);

-- The dimension table; a table of a database or of files serves as well.
CREATE VIEW names AS
  SELECT * FROM (VALUES
    (0, 'zero'), (1, 'one'), (2, 'two'), (3, 'three'), (4, 'four'),
    (5, 'five'), (6, 'six'), (7, 'seven'), (8, 'eight'), (9, 'nine')) AS digit (label, name);

CREATE VIEW decoded AS
  SELECT path, try_decode_image(content, 32, 32, 1) AS pixels FROM images;

CREATE VIEW readable AS SELECT * FROM decoded WHERE pixels IS NOT NULL;

CREATE VIEW first_answers AS
  SELECT * FROM ML_PREDICT(TABLE readable, MODEL quick, DESCRIPTOR(pixels));

CREATE VIEW both_answers AS
  SELECT * FROM ML_PREDICT(TABLE first_answers, MODEL thorough, DESCRIPTOR(pixels));

CREATE VIEW answered AS
  SELECT
    path,
    ARRAY_POSITION(thorough, ARRAY_MAX(thorough)) - 1 AS label,
    ARRAY_POSITION(quick, ARRAY_MAX(quick)) = ARRAY_POSITION(thorough, ARRAY_MAX(thorough)) AS agreed
  FROM both_answers
  WHERE quick_error IS NULL AND thorough_error IS NULL;

EXECUTE STATEMENT SET BEGIN
  INSERT INTO answers
    SELECT path, name, agreed FROM answered JOIN names ON answered.label = names.label;

  INSERT INTO failed
    SELECT
      CASE WHEN quick_error IS NULL THEN 'thorough' ELSE 'quick' END,
      COALESCE(quick_error.class, thorough_error.class),
      COALESCE(quick_error.message, thorough_error.message),
      COALESCE(quick_error.attempts, thorough_error.attempts),
      JSON_OBJECT('path' VALUE path)
    FROM both_answers
    WHERE quick_error IS NOT NULL OR thorough_error IS NOT NULL;

  INSERT INTO failed
    SELECT 'decode', 'DATA', 'It cannot be decoded.', 0, JSON_OBJECT('path' VALUE path)
    FROM decoded WHERE pixels IS NULL;
END;
