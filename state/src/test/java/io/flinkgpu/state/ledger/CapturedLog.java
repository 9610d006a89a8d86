package io.flinkgpu.state.ledger;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.Property;

/** What a class logs, from INFO on. */
final class CapturedLog extends AbstractAppender implements AutoCloseable {

    private final Logger logger;
    private final Level former;
    private final List<String> lines = new CopyOnWriteArrayList<>();

    private CapturedLog(Logger logger) {
        super("captured", null, null, true, Property.EMPTY_ARRAY);
        this.logger = logger;
        this.former = logger.getLevel();
    }

    static CapturedLog of(Class<?> type) {
        CapturedLog log = new CapturedLog((Logger) LogManager.getLogger(type));
        log.start();
        log.logger.addAppender(log);
        // Adding an appender gives the logger a configuration, whose level counts from there on.
        Configurator.setLevel(log.logger, Level.INFO);
        return log;
    }

    /** Level and message. */
    List<String> lines() {
        return lines;
    }

    @Override
    public void append(LogEvent event) {
        lines.add(event.getLevel() + " " + event.getMessage().getFormattedMessage());
    }

    @Override
    public void close() {
        logger.removeAppender(this);
        Configurator.setLevel(logger, former);
        stop();
    }
}
