-- A model of text as an expression of a query; it is a Python class. From the folder of the distribution:
--
--   ./flink-gpu sql -f examples/sql/text.sql
--
-- It needs a python3 with numpy.

SET 'sql-client.execution.result-mode' = 'tableau';

CREATE TEMPORARY VIEW reviews AS
  SELECT * FROM (VALUES
    (1, 'A wonderful little film, I loved it'),
    (2, 'The worst evening of the year. Awful!'),
    (3, 'Great sound, terrible seats')) AS review (id, text);

SELECT id, text, gpu_infer('examples/python/sentiment.py:Sentiment?outputs=label', text) AS label
FROM reviews;
