package io.flinkgpu.inference.operator;

import java.util.concurrent.RejectedExecutionException;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.util.function.ThrowingRunnable;

/**
 * The mailbox of the task around an operator.
 *
 * <p>Touches {@code Environment#getMainMailboxExecutor()} of Flink 2.3. An operator's own executor
 * yields to mails of its own priority and above, and an unaligned barrier is a mail of the task's
 * priority, which is the lowest: an operator that waits on its own executor holds checkpoints up.
 * Waiting on the task's executor lets them pass.
 *
 * <p>INVARIANT: this is sound only for the head of a chain that has put the row at hand into its
 * state before it waits. An operator behind it in the chain would be snapshotted in the middle of a
 * call from its predecessor.
 */
final class OperatorMailbox {

    private final MailboxExecutor operatorMails;
    private final MailboxExecutor taskMails;

    private OperatorMailbox(MailboxExecutor operatorMails, MailboxExecutor taskMails) {
        this.operatorMails = operatorMails;
        this.taskMails = taskMails;
    }

    static OperatorMailbox of(StreamOperatorParameters<?> parameters) {
        return new OperatorMailbox(
                parameters.getMailboxExecutor(),
                parameters.getContainingTask().getEnvironment().getMainMailboxExecutor());
    }

    /**
     * Runs one mail of the task, barriers included, waiting for one; mailbox thread only.
     *
     * @throws InterruptedException if the task is cancelled meanwhile
     */
    void yieldToTask() throws InterruptedException {
        taskMails.yield();
    }

    /**
     * Has the mailbox thread run {@code action}; any thread.
     *
     * @return false if the task is over, so that it will not run
     */
    boolean execute(ThrowingRunnable<? extends Exception> action, String description) {
        try {
            operatorMails.execute(action, description);
            return true;
        } catch (RejectedExecutionException taskIsOver) {
            return false;
        }
    }
}
