-- The five images that are most like one of them, by their pixels. From the folder of the distribution:
--
--   ./flink-gpu sql -f examples/sql/similar-images.sql
--
-- Where a model makes embeddings, ML_PREDICT gives better vectors than pixels; the rest stays the same.

LOAD MODULE `flink-gpu`;

SET 'execution.runtime-mode' = 'batch';
SET 'sql-client.execution.result-mode' = 'tableau';

CREATE TABLE images (
  content BYTES,
  path STRING METADATA
) WITH (
  'connector' = 'media-files',
  'path' = 'examples/digits/images',
  'extensions' = '.jpg'
);

-- One file alone.
CREATE TABLE wanted (
  content BYTES
) WITH (
  'connector' = 'media-files',
  'path' = 'examples/digits/images/7/00007.jpg'
);

SELECT REGEXP_EXTRACT(path, '[0-9]/[0-9]*.jpg') AS file, similarity
FROM (
  SELECT path, cosine_similarity(decode_image(images.content, 32, 32, 1), q.pixels) AS similarity
  FROM images CROSS JOIN (SELECT decode_image(content, 32, 32, 1) AS pixels FROM wanted) AS q
)
ORDER BY similarity DESC
LIMIT 5;
