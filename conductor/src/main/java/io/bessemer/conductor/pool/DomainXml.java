package io.bessemer.conductor.pool;

import io.bessemer.core.fault.Failure;
import io.bessemer.core.pool.HypervisorKind;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.ErrorHandler;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/// libvirt's definition of a guest (https://libvirt.org/formatdomain.html), as far as Bessemer must understand it: it is XML, of the kind
/// of its host, and says its name and UUID. All else is libvirt's to judge. May hold secrets, so no complaint quotes it.
///
/// @param text with name and UUID inside
record DomainXml(UUID uuid, String name, String text) {
    static final int MOST_BYTES = 64 * 1024;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    private static final String DEEPEST = "100";
    private static final String FIELD = "xml";

    /// @param name of the request; null when it is in the XML
    /// @param uuid of the request; null when it is in the XML, or shall be a new one
    static DomainXml of(String xml, String name, UUID uuid, HypervisorKind kind) {
        int bytes = xml.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MOST_BYTES) {
            throw new Failure.Invalid(FIELD, "has %d bytes, at most %d are allowed.".formatted(bytes, MOST_BYTES));
        }
        Document document = parse(xml);
        Element domain = document.getDocumentElement();
        if (!domain.getTagName().equals("domain")) {
            throw new Failure.Invalid(FIELD, "is a <%s>, not libvirt's <domain> (https://libvirt.org/formatdomain.html).".formatted(cut(domain.getTagName())));
        }
        Set<String> types = kind.equals(HypervisorKind.KVM) ? Set.of("kvm", "qemu") : Set.of(kind.wire());
        if (!types.contains(domain.getAttribute("type"))) {
            throw new Failure.Invalid(FIELD, "<domain type='%s'> does not run on a host of kind %s. Allowed: %s.".formatted(cut(domain.getAttribute("type")), kind.wire(),
                    String.join(", ", types.stream().sorted().toList())));
        }
        String within = textOf(domain, "name");
        String wanted = name != null ? name : within;
        if (wanted == null) {
            throw new Failure.Missing("name", "Send it in the request body, or as <name> in the xml.");
        }
        if (within != null && !within.equals(wanted)) {
            throw new Failure.Invalid("name", "is '%s', but the xml says <name>%s</name>. Leave one of them out.".formatted(cut(wanted), cut(within)));
        }
        if (!NAME.matcher(wanted).matches()) {
            throw new Failure.Invalid("name", "'%s' is not a name of 1 to 63 letters, digits, '.', '_' and '-'.".formatted(cut(wanted)));
        }
        UUID inside = uuidOf(domain);
        if (uuid != null && inside != null && !uuid.equals(inside)) {
            throw new Failure.Invalid("uuid", "is %s, but the xml says <uuid>%s</uuid>. Leave one of them out.".formatted(uuid, inside));
        }
        UUID id = uuid != null ? uuid : inside != null ? inside : UUID.randomUUID();
        if (inside == null) {
            insert(domain, "uuid", id.toString());
        }
        if (within == null) {
            insert(domain, "name", wanted);
        }
        String text = write(document);
        if (text.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
            throw new Failure.Invalid(FIELD, "has more than %d bytes once name and uuid are in it.".formatted(MOST_BYTES));
        }
        return new DomainXml(id, wanted, text);
    }

    @Override
    public String toString() {
        return "DomainXml[uuid=%s, name=%s, text=***]".formatted(uuid, name);
    }

    private static Document parse(String xml) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true); // so there are no entities to expand or to fetch
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_DTD, "");
            factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "");
            factory.setAttribute("jdk.xml.maxElementDepth", DEEPEST); // what is written again is walked by recursion
            factory.setXIncludeAware(false);
            factory.setExpandEntityReferences(false);
            DocumentBuilder builder = factory.newDocumentBuilder();
            builder.setErrorHandler(new Strict());
            return builder.parse(new InputSource(new StringReader(xml)));
        } catch (SAXParseException e) {
            throw new Failure.Invalid(FIELD, "is not XML that is taken here: line %d, column %d: %s".formatted(e.getLineNumber(), e.getColumnNumber(), cut(e.getMessage())));
        } catch (SAXException e) {
            throw new Failure.Invalid(FIELD, "is not XML: " + cut(e.getMessage()));
        } catch (ParserConfigurationException | IOException e) {
            throw new IllegalStateException("every JDK parses XML from memory", e);
        }
    }

    private static Element child(Element domain, String name) {
        Element found = null;
        for (Node node = domain.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element && element.getTagName().equals(name)) {
                if (found != null) {
                    throw new Failure.Invalid(FIELD, "has two <%s>.".formatted(name));
                }
                found = element;
            }
        }
        return found;
    }

    private static String textOf(Element domain, String name) {
        Element found = child(domain, name);
        return found == null ? null : found.getTextContent();
    }

    private static UUID uuidOf(Element domain) {
        Element found = child(domain, "uuid");
        if (found == null) {
            return null;
        }
        String text = found.getTextContent().strip().toLowerCase(Locale.ROOT);
        String dashed = text.matches("[0-9a-f]{32}") ? text.replaceFirst("(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5") : text; // libvirt takes both
        if (!dashed.matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")) {
            throw new Failure.Invalid(FIELD, "<uuid> is '%s', which is no UUID.".formatted(cut(text)));
        }
        return UUID.fromString(dashed);
    }

    private static void insert(Element domain, String name, String text) {
        Element element = domain.getOwnerDocument().createElement(name);
        element.setTextContent(text);
        domain.insertBefore(element, domain.getFirstChild());
    }

    private static String write(Document document) {
        try {
            TransformerFactory factory = TransformerFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            Transformer transformer = factory.newTransformer();
            transformer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
            var text = new StringWriter();
            transformer.transform(new DOMSource(document), new StreamResult(text));
            return text.toString();
        } catch (TransformerException e) {
            throw new IllegalStateException("a document that was read can be written", e);
        }
    }

    private static String cut(String text) {
        return text.length() <= 80 ? text : text.substring(0, 80) + "...";
    }

    /// Xerces would print to the console.
    private static final class Strict implements ErrorHandler {
        @Override
        public void warning(SAXParseException e) {
        }

        @Override
        public void error(SAXParseException e) throws SAXException {
            throw e;
        }

        @Override
        public void fatalError(SAXParseException e) throws SAXException {
            throw e;
        }
    }
}
