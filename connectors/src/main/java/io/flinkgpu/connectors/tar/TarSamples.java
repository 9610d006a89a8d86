package io.flinkgpu.connectors.tar;

import io.flinkgpu.connectors.source.FileSplit;
import io.flinkgpu.connectors.source.RecordFormat;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/**
 * Reads the samples of a shard, which has a split of its own.
 *
 * @param maxSampleBytes the largest sample, all its members together
 */
record TarSamples(int maxSampleBytes) implements RecordFormat<MediaSample> {

    @Override
    public RecordFormat.Reader<MediaSample> open(FileSplit split) {
        return new TarSampleReader(split, maxSampleBytes);
    }

    @Override
    public TypeInformation<MediaSample> type() {
        return MediaSample.TYPE;
    }

    @Override
    public int maxFilesPerSplit() {
        return 1;
    }
}
