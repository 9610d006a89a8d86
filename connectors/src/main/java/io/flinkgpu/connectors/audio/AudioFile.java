package io.flinkgpu.connectors.audio;

import java.io.IOException;

/** How the files of a format are read. */
@FunctionalInterface
interface AudioFile {

    /**
     * Gives all samples of a file to the sink, after its rate and its number of channels.
     *
     * @throws AudioRefusedException if the file is damaged in a way that has a name, is of a kind
     *     that is not read, or costs more than allowed
     * @throws IOException if the data is damaged, or the time is over
     */
    void decode(byte[] content, SampleSink sink) throws IOException, AudioRefusedException;
}
