package io.flinkgpu.resources.device;

import java.io.IOException;
import java.io.StringReader;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.annotation.Nullable;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.flink.configuration.MemorySize;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/**
 * The memory of MIG devices, which {@code nvidia-smi -q -x} alone tells.
 *
 * <p>A profile's name tells it roughly: {@code 1g.18gb} of an H200 has 16 GiB.
 */
final class MigMemory {

    private static final Pattern MEBIBYTES = Pattern.compile("\\s*(\\d{1,12}) MiB\\s*");

    /** By the GPU's UUID and the MIG device's index. */
    private final Map<String, Map<String, MemorySize>> byGpu = new HashMap<>();

    private MigMemory() {}

    /**
     * Reads the XML; what it does not tell is left out.
     *
     * @throws DeviceDiscoveryException if it is none
     */
    static MigMemory parse(String xml) {
        MigMemory memory = new MigMemory();
        NodeList gpus = document(xml).getElementsByTagName("gpu");
        for (int i = 0; i < gpus.getLength(); i++) {
            Element gpu = (Element) gpus.item(i);
            NodeList migs = gpu.getElementsByTagName("mig_device");
            for (int j = 0; j < migs.getLength(); j++) {
                memory.add(text(gpu, "uuid"), (Element) migs.item(j));
            }
        }
        return memory;
    }

    /** The memory of a MIG device; null if it was not told. */
    @Nullable
    MemorySize of(String gpu, int mig) {
        return byGpu.getOrDefault(gpu, Map.of()).get(Integer.toString(mig));
    }

    private void add(String gpu, Element mig) {
        NodeList usage = mig.getElementsByTagName("fb_memory_usage");
        if (usage.getLength() == 0) {
            return;
        }
        Matcher total = MEBIBYTES.matcher(text((Element) usage.item(0), "total"));
        if (total.matches()) {
            byGpu.computeIfAbsent(gpu, unused -> new HashMap<>())
                    .put(
                            text(mig, "index"),
                            MemorySize.ofMebiBytes(Long.parseLong(total.group(1))));
        }
    }

    private static String text(Element parent, String name) {
        NodeList found = parent.getElementsByTagName(name);
        return found.getLength() == 0 ? "" : found.item(0).getTextContent().strip();
    }

    private static Document document(String xml) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            // The document names a DTD that exists nowhere.
            factory.setFeature(
                    "http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
            factory.setFeature("http://xml.org/sax/features/external-general-entities", false);
            factory.setFeature("http://xml.org/sax/features/external-parameter-entities", false);
            factory.setExpandEntityReferences(false);
            return factory.newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
        } catch (ParserConfigurationException | SAXException | IOException unreadable) {
            throw new DeviceDiscoveryException(
                    "Cannot read the memory of MIG devices: " + unreadable.getMessage(),
                    unreadable);
        }
    }
}
