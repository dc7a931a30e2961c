package org.maejava.eval.report;

import freemarker.core.CommonMarkupOutputFormat;
import freemarker.core.CommonTemplateMarkupOutputModel;
import java.io.IOException;
import java.io.Writer;
import org.jspecify.annotations.Nullable;

/** Values in Markdown: what would be markup of it, or HTML in it, is escaped. */
final class MarkdownOutputFormat extends CommonMarkupOutputFormat<MarkdownOutputFormat.Output> {

  static final MarkdownOutputFormat INSTANCE = new MarkdownOutputFormat();

  private static final String SPECIAL = "\\`*_{}[]<>#|~";

  private MarkdownOutputFormat() {}

  /** Escaped text or markup. */
  static final class Output extends CommonTemplateMarkupOutputModel<Output> {
    private Output(@Nullable String plain, @Nullable String markup) {
      super(plain, markup);
    }

    @Override
    public MarkdownOutputFormat getOutputFormat() {
      return INSTANCE;
    }
  }

  @Override
  public String getName() {
    return "Markdown";
  }

  @Override
  public String getMimeType() {
    return "text/markdown";
  }

  @Override
  public String escapePlainText(String text) {
    var escaped = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n' || c == '\r') {
        escaped.append(' ');
      } else if (c == '&') {
        escaped.append("&amp;");
      } else {
        escaped.append(SPECIAL.indexOf(c) >= 0 ? "\\" : "").append(c);
      }
    }
    return escaped.toString();
  }

  @Override
  public void output(String text, Writer out) throws IOException {
    out.write(escapePlainText(text));
  }

  @Override
  public boolean isLegacyBuiltInBypassed(String name) {
    return false;
  }

  @Override
  protected Output newTemplateMarkupOutputModel(@Nullable String plain, @Nullable String markup) {
    return new Output(plain, markup);
  }
}
