package io.github.amlmaven.plugin;

import javax.inject.Named;
import javax.inject.Singleton;
import org.apache.maven.doxia.module.xhtml5.Xhtml5SinkFactory;

/** Writes a report as a page by itself, for a build without a skin for sites; the name is the ending of the file, too. */
@Named(PlainPage.FORMAT)
@Singleton
public final class PlainPage extends Xhtml5SinkFactory {

    static final String FORMAT = "html";
}
