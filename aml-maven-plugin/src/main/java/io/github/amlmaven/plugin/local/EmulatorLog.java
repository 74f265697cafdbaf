package io.github.amlmaven.plugin.local;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.slf4j.LoggerFactory;

/**
 * What an emulator inside the build says, in Maven's log and at its levels. The emulator knows the platform's logging
 * alone, which would write to the console past Maven.
 */
final class EmulatorLog extends Handler {

    /** Kept here: a logger that nobody holds loses its settings. */
    private static final Logger EMULATOR = Logger.getLogger("io.github.amlmaven.emulator");

    private final SimpleFormatter formatter = new SimpleFormatter();

    private EmulatorLog() {}

    /** Once a build is enough, more often does no harm. */
    static synchronized void intoMaven() {
        for (Handler handler : EMULATOR.getHandlers()) {
            if (handler.getClass().getName().equals(EmulatorLog.class.getName())) {
                EMULATOR.removeHandler(handler);
            }
        }
        EMULATOR.setUseParentHandlers(false);
        EMULATOR.addHandler(new EmulatorLog());
    }

    @Override
    public void publish(LogRecord record) {
        org.slf4j.Logger log = LoggerFactory.getLogger(record.getLoggerName());
        String message = formatter.formatMessage(record);
        if (record.getLevel().intValue() >= Level.SEVERE.intValue()) {
            log.error(message, record.getThrown());
        } else if (record.getLevel().intValue() >= Level.WARNING.intValue()) {
            log.warn(message, record.getThrown());
        } else if (record.getLevel().intValue() >= Level.INFO.intValue()) {
            log.info("Emulator: {}", message);
        } else {
            log.debug(message, record.getThrown());
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
