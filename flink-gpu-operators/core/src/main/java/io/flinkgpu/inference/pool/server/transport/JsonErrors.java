package io.flinkgpu.inference.pool.server.transport;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import io.flinkgpu.inference.pool.protocol.JsonMetadata;
import java.util.function.Consumer;
import org.apache.flink.annotation.Internal;

/** Errors as the protocol's HTTP form tells them: {@code {"error": "..."}}. */
@Internal
public final class JsonErrors {

    private JsonErrors() {}

    /** An answer with this text, and more headers. */
    public static HttpResponse response(
            HttpStatus status, String message, Consumer<ResponseHeadersBuilder> moreHeaders) {
        ResponseHeadersBuilder headers =
                ResponseHeaders.builder(status).contentType(MediaType.JSON_UTF_8);
        moreHeaders.accept(headers);
        return HttpResponse.of(headers.build(), HttpData.wrap(JsonMetadata.error(message)));
    }
}
