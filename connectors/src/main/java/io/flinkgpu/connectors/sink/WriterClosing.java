package io.flinkgpu.connectors.sink;

import org.apache.flink.annotation.Internal;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a writer's failure to close from ending the process.
 *
 * <p>Flink 2.3 takes what an operator throws on its way out of a failed task for fatal ({@code
 * Task#doRun}), and ends the task manager with all other tasks of it. Writers of connectors throw
 * there: their close sends once more, or takes back, what had just failed. A task that ends well
 * has flushed its writers before, and rows of one that failed are written again after its
 * checkpoint, so nothing is lost by going on.
 */
@Internal
public final class WriterClosing {

    private static final Logger LOG = LoggerFactory.getLogger(WriterClosing.class);

    private WriterClosing() {}

    /**
     * Closes a writer; what it throws goes to the log.
     *
     * @param target what it writes to, for the log
     * @throws InterruptedException if the thread is interrupted
     */
    public static void close(SinkWriter<?> writer, String target) throws InterruptedException {
        try {
            writer.close();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            LOG.warn("Closed the writer of {} after a failure.", target, e);
        }
    }
}
