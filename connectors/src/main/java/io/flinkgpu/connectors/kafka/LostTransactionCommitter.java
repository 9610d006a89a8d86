package io.flinkgpu.connectors.kafka;

import java.io.IOException;
import java.util.Collection;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.util.ExceptionUtils;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a transaction for lost whose name the brokers have forgotten.
 *
 * <p>Brokers end a transaction when its timeout is over, and forget its name when that is idle for
 * {@code transactional.id.expiration.ms}; its rows are gone then. Flink's committer (of
 * flink-connector-kafka 5.0.0-2.2) knows an ended transaction, and goes on without it. A forgotten
 * one it takes for a fault of unknown kind, which restarts the job from the checkpoint that names
 * the transaction, without end. This tells the loss once, in the log and in Flink's metric of
 * failed commits, as Flink's committer does with an ended one.
 *
 * <p>Mailbox thread only.
 */
final class LostTransactionCommitter implements Committer<KafkaCommittable> {

    private static final Logger LOG = LoggerFactory.getLogger(LostTransactionCommitter.class);

    private final Committer<KafkaCommittable> committer;
    private final String topic;

    LostTransactionCommitter(Committer<KafkaCommittable> committer, String topic) {
        this.committer = committer;
        this.topic = topic;
    }

    @Override
    public void commit(Collection<CommitRequest<KafkaCommittable>> requests)
            throws IOException, InterruptedException {
        committer.commit(requests.stream().map(this::tolerant).toList());
    }

    @Override
    public void close() throws Exception {
        committer.close();
    }

    private CommitRequest<KafkaCommittable> tolerant(CommitRequest<KafkaCommittable> request) {
        return new TolerantRequest(request);
    }

    private final class TolerantRequest implements CommitRequest<KafkaCommittable> {

        private final CommitRequest<KafkaCommittable> request;

        TolerantRequest(CommitRequest<KafkaCommittable> request) {
            this.request = request;
        }

        @Override
        public void signalFailedWithUnknownReason(Throwable failure) {
            if (ExceptionUtils.findThrowable(failure, InvalidPidMappingException.class).isEmpty()) {
                request.signalFailedWithUnknownReason(failure);
                return;
            }
            LOG.error(
                    "Lost the rows of transaction '{}' of topic '{}': the brokers have ended and forgotten it. The job was away for longer than transaction.timeout.ms between a checkpoint and its commit.",
                    request.getCommittable().getTransactionalId(),
                    topic,
                    failure);
            request.signalFailedWithKnownReason(failure);
        }

        @Override
        public KafkaCommittable getCommittable() {
            return request.getCommittable();
        }

        @Override
        public int getNumberOfRetries() {
            return request.getNumberOfRetries();
        }

        @Override
        public void signalFailedWithKnownReason(Throwable failure) {
            request.signalFailedWithKnownReason(failure);
        }

        @Override
        public void retryLater() {
            request.retryLater();
        }

        @Override
        public void updateAndRetryLater(KafkaCommittable committable) {
            request.updateAndRetryLater(committable);
        }

        @Override
        public void signalAlreadyCommitted() {
            request.signalAlreadyCommitted();
        }
    }
}
