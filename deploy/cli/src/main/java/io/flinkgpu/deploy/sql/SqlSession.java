package io.flinkgpu.deploy.sql;

import io.flinkgpu.table.module.FlinkGpuModule;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.ResultKind;
import org.apache.flink.table.api.config.TableConfigOptions;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.client.gateway.SingleSessionManager;
import org.apache.flink.table.client.gateway.StatementResult;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.gateway.api.operation.OperationHandle;
import org.apache.flink.table.gateway.api.results.ResultSet;
import org.apache.flink.table.gateway.api.results.ResultSetImpl;
import org.apache.flink.table.gateway.api.session.SessionEnvironment;
import org.apache.flink.table.gateway.api.session.SessionHandle;
import org.apache.flink.table.gateway.api.utils.SqlGatewayException;
import org.apache.flink.table.gateway.rest.util.SqlGatewayRestAPIVersion;
import org.apache.flink.table.gateway.service.SqlGatewayServiceImpl;
import org.apache.flink.table.gateway.service.context.DefaultContext;
import org.apache.flink.table.gateway.service.utils.SqlExecutionException;
import org.apache.flink.util.CloseableIterator;

/**
 * A session of Flink's SQL gateway in this process: catalogs, settings and functions that the
 * statements of one shell or script share.
 *
 * <p>The gateway is called, and not reached over its REST API: so failures keep their causes. The
 * module {@value #MODULE} is loaded. Statements run one after the other; any thread may close.
 */
final class SqlSession implements AutoCloseable {

    private static final String MODULE = "flink-gpu";

    /** So says {@code ModuleManager}: scripts for other clients load what is loaded here. */
    private static final String ALREADY_LOADED =
            "A module with name '%s' already exists".formatted(MODULE);

    private static final StatementResult DONE =
            new StatementResult(
                    ResolvedSchema.of(Column.physical("result", DataTypes.STRING())),
                    CloseableIterator.empty(),
                    false,
                    ResultKind.SUCCESS,
                    null);

    /** The gateway has no timeouts. */
    private static final long NO_TIMEOUT = 0;

    private static final long POLL_MILLIS = 20;

    /** Submitted jobs are followed here, and not awaited by the planner, which says nothing. */
    private static final Configuration SUBMIT_ALONE =
            Configuration.fromMap(Map.of(TableConfigOptions.TABLE_DML_SYNC.key(), "false"));

    private final SingleSessionManager sessions;
    private final SqlGatewayServiceImpl gateway;
    private final SessionHandle session;

    private SqlSession(SingleSessionManager sessions, SessionHandle session) {
        this.sessions = sessions;
        this.gateway = new SqlGatewayServiceImpl(sessions);
        this.session = session;
    }

    /** Opens one with these settings, which statements may change. */
    static SqlSession open(Configuration settings) {
        SingleSessionManager sessions =
                new SingleSessionManager(new DefaultContext(settings, List.of()));
        sessions.start();
        SessionEnvironment environment =
                SessionEnvironment.newBuilder()
                        .setSessionEndpointVersion(SqlGatewayRestAPIVersion.getDefaultVersion())
                        .registerModuleCreatorAtHead(
                                MODULE, (config, loader) -> FlinkGpuModule.load(loader))
                        .build();
        return new SqlSession(sessions, sessions.openSession(environment).getSessionHandle());
    }

    /**
     * Runs a statement; one that makes a job returns when the job is submitted. An interrupt
     * cancels it.
     *
     * @throws SqlGatewayException if it fails
     */
    StatementResult execute(String statement) throws InterruptedException {
        OperationHandle operation =
                gateway.executeStatement(session, statement, NO_TIMEOUT, SUBMIT_ALONE);
        try {
            sessions.getSession(session).getOperationManager().awaitOperationTermination(operation);
            return result(operation);
        } catch (SqlExecutionException failure) {
            gateway.closeOperation(session, operation);
            if (FailureText.of(failure).equals(ALREADY_LOADED)) {
                return DONE;
            }
            throw failure;
        } catch (InterruptedException | RuntimeException failure) {
            gateway.closeOperation(session, operation);
            throw failure;
        } catch (Exception failure) {
            gateway.closeOperation(session, operation);
            throw new SqlGatewayException(failure);
        }
    }

    private StatementResult result(OperationHandle operation) {
        ResultSetImpl first = (ResultSetImpl) fetch(operation, 0L);
        return new StatementResult(
                first.getResultSchema(),
                new Rows(operation, first),
                first.isQueryResult(),
                first.getResultKind(),
                first.getJobID(),
                first.getConverter());
    }

    /** Keywords and names that may stand at a position of a statement. */
    List<String> complete(String statement, int position) {
        return gateway.completeStatement(session, statement, position);
    }

    /** The settings at the moment. */
    Configuration settings() {
        return Configuration.fromMap(gateway.getSessionConfig(session));
    }

    /** Ends its queries; jobs that write tables go on. */
    @Override
    public void close() {
        gateway.closeSession(session);
        sessions.stop();
    }

    private ResultSet fetch(OperationHandle operation, long token) {
        return gateway.fetchResults(session, operation, token, Integer.MAX_VALUE);
    }

    /** The rows of a result, as they come. */
    private final class Rows implements CloseableIterator<RowData> {

        private final OperationHandle operation;
        private ResultSet last;
        private Iterator<RowData> current;

        Rows(OperationHandle operation, ResultSet first) {
            this.operation = operation;
            this.last = first;
            this.current = first.getData().iterator();
        }

        @Override
        public boolean hasNext() {
            while (!current.hasNext() && last.getNextToken() != null) {
                last = fetch(operation, last.getNextToken());
                current = last.getData().iterator();
                if (!current.hasNext() && last.getNextToken() != null) {
                    pause();
                }
            }
            return current.hasNext();
        }

        @Override
        public RowData next() {
            return current.next();
        }

        @Override
        public void close() {
            gateway.closeOperation(session, operation);
        }

        /** There is nothing to be woken by. */
        private void pause() {
            try {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            } catch (InterruptedException left) {
                Thread.currentThread().interrupt();
                throw new SqlGatewayException("The query was left.", left);
            }
        }
    }
}
