package io.flinkgpu.inference.pool.server.transport;

import com.linecorp.armeria.internal.common.TrafficLoggingHandler;
import io.flinkgpu.inference.pool.protocol.JsonMetadata;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.flink.annotation.Internal;

/**
 * Refuses HTTP/1 requests whose end two readers might see in two places (RFC 9112, section 6): a
 * length beside a transfer coding, two lengths, a coding other than {@code chunked}.
 *
 * <p>Armeria's decoder drops the length before anybody sees it, so this reads along with one of
 * netty's own that tells; bodies are passed by, not copied. One for each connection, in its event
 * loop.
 */
@Internal
public final class FramingWatch extends ChannelInboundHandlerAdapter {

    private static final HttpMethod HTTP2_PREFACE = HttpMethod.valueOf("PRI");

    private final EmbeddedChannel decoder;
    private boolean refused;

    private FramingWatch(int maxHeaderBytes) {
        this.decoder = new EmbeddedChannel(new TellingDecoder(maxHeaderBytes));
    }

    /**
     * Watches a connection.
     *
     * <p>Stands behind Armeria's {@link TrafficLoggingHandler} (1.33), which sees plain text.
     */
    public static void addTo(ChannelPipeline pipeline, int maxHeaderBytes) {
        pipeline.addAfter(
                pipeline.context(TrafficLoggingHandler.class).name(),
                null,
                new FramingWatch(maxHeaderBytes));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (refused) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (message instanceof ByteBuf bytes) {
            decoder.writeInbound(bytes.retainedDuplicate());
            boolean goesOn = true;
            for (Object part = decoder.readInbound();
                    part != null && goesOn;
                    part = goesOn ? decoder.readInbound() : null) {
                goesOn = look(context, part);
                ReferenceCountUtil.release(part);
            }
        }
        if (refused) {
            ReferenceCountUtil.release(message);
        } else {
            context.fireChannelRead(message);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        decoder.finishAndReleaseAll();
    }

    /** Whether there is more to look at. */
    private boolean look(ChannelHandlerContext context, Object part) {
        if (!(part instanceof HttpRequest request)) {
            return true;
        }
        if (request.decoderResult().isFailure()) {
            if (request.decoderResult().cause() instanceof TooLongFrameException) {
                context.pipeline().remove(this); // Armeria's decoder knows what to answer
            } else {
                refuse(context, "400 Bad Request", request.decoderResult().cause().getMessage());
            }
            return false;
        }
        if (request.method().equals(HTTP2_PREFACE)) {
            context.pipeline().remove(this);
            return false;
        }
        Optional<String> coding = unknownCoding(request);
        coding.ifPresent(
                name ->
                        refuse(
                                context,
                                "501 Not Implemented",
                                "its transfer-encoding is '%s', and 'chunked' alone is known"
                                        .formatted(name)));
        return coding.isEmpty();
    }

    private static Optional<String> unknownCoding(HttpRequest request) {
        List<String> codings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        boolean known =
                codings.isEmpty()
                        || (codings.size() == 1
                                && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(
                                        codings.get(0).strip()));
        return known ? Optional.empty() : Optional.of(String.join(", ", codings));
    }

    private void refuse(ChannelHandlerContext context, String status, String reason) {
        refused = true;
        byte[] body = JsonMetadata.error("Cannot read request: %s.".formatted(reason));
        String head =
                "HTTP/1.1 %s\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: %d\r\nconnection: close\r\n\r\n"
                        .formatted(status, body.length);
        context.writeAndFlush(
                        Unpooled.wrappedBuffer(head.getBytes(StandardCharsets.US_ASCII), body))
                .addListener(ChannelFutureListener.CLOSE);
    }

    /** Takes HTTP/1.0 for HTTP/1.1, where netty is strict. */
    private static final class TellingDecoder extends HttpRequestDecoder {

        private static final int MAX_CHUNK = 1 << 20;

        private TellingDecoder(int maxHeaderBytes) {
            super(maxHeaderBytes, maxHeaderBytes, MAX_CHUNK);
        }

        @Override
        protected HttpMessage createMessage(String[] line) {
            return new DefaultHttpRequest(
                    HttpVersion.HTTP_1_1, HttpMethod.valueOf(line[0]), line[1]);
        }

        @Override
        protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
            throw new IllegalArgumentException("it has both transfer-encoding and content-length");
        }
    }
}
