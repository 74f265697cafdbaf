package io.github.amlmaven.plugin;

import java.util.List;
import org.apache.maven.doxia.sink.Sink;
import org.apache.maven.doxia.sink.SinkEventAttributes;
import org.apache.maven.doxia.sink.impl.SinkEventAttributeSet;
import org.apache.maven.doxia.util.HtmlTools;

/** A page of the Maven site as this plugin's reports write it: sections of paragraphs, tables and pictures. */
final class ReportPage {

    private final Sink sink;

    private ReportPage(Sink sink) {
        this.sink = sink;
    }

    /** What stands on a page. */
    interface Content {
        void writeTo(ReportPage page);
    }

    /**
     * Writes a page.
     *
     * @param title for the window
     * @param heading on the page itself
     */
    static void write(Sink sink, String title, String heading, Content content) {
        sink.head();
        sink.title();
        sink.text(title);
        sink.title_();
        sink.head_();
        sink.body();
        sink.section1();
        sink.sectionTitle1();
        sink.text(heading);
        sink.sectionTitle1_();
        content.writeTo(new ReportPage(sink));
        sink.section1_();
        sink.body_();
        sink.flush();
    }

    void section(String title, Runnable content) {
        sink.section2();
        sink.sectionTitle2();
        sink.text(title);
        sink.sectionTitle2_();
        content.run();
        sink.section2_();
    }

    void paragraph(String text) {
        sink.paragraph();
        sink.text(text);
        sink.paragraph_();
    }

    /** A file's name, and what there is to say of it. */
    void file(String name, String remark) {
        sink.paragraph();
        sink.monospaced();
        sink.text(name);
        sink.monospaced_();
        sink.text(remark);
        sink.paragraph_();
    }

    /** A table; addresses in it are links. Without any word in {@code heads} it has no head. */
    void table(List<String> heads, List<List<String>> rows) {
        sink.table();
        sink.tableRows(null, false);
        if (heads.stream().anyMatch(head -> !head.isEmpty())) {
            sink.tableRow();
            for (String head : heads) {
                sink.tableHeaderCell();
                sink.text(head);
                sink.tableHeaderCell_();
            }
            sink.tableRow_();
        }
        for (List<String> row : rows) {
            sink.tableRow();
            row.forEach(this::cell);
            sink.tableRow_();
        }
        sink.tableRows_();
        sink.table_();
    }

    private void cell(String text) {
        sink.tableCell();
        boolean address = text.startsWith("https://") || text.startsWith("http://");
        if (address) {
            sink.link(text);
        }
        sink.text(text);
        if (address) {
            sink.link_();
        }
        sink.tableCell_();
    }

    /** @param described what it shows, for those who do not see it */
    void picture(String source, String described) {
        SinkEventAttributeSet attributes = new SinkEventAttributeSet();
        // Doxia escapes text, but no attribute.
        attributes.addAttribute(SinkEventAttributes.ALT, HtmlTools.escapeHTML(described));
        attributes.addAttribute(SinkEventAttributes.STYLE, "max-width:100%;height:auto");
        sink.figure();
        sink.figureGraphics(source, attributes);
        sink.figure_();
    }
}
