package io.flinkgpu.connectors.text;

import io.flinkgpu.connectors.source.FileSplit;
import io.flinkgpu.connectors.source.RecordFormat;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/**
 * Reads the lines of files.
 *
 * @param maxLineBytes the longest line, without its end
 * @param isJson whether each line must be one JSON object, blank ones aside
 */
record LineFormat(int maxLineBytes, boolean isJson) implements RecordFormat<TextLine> {

    private static final int MAX_FILES_PER_SPLIT = 16;

    @Override
    public RecordFormat.Reader<TextLine> open(FileSplit split) {
        return new LineFileReader(split, this);
    }

    @Override
    public TypeInformation<TextLine> type() {
        return TextLine.TYPE;
    }

    @Override
    public int maxFilesPerSplit() {
        return MAX_FILES_PER_SPLIT;
    }
}
