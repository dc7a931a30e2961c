package org.maejava.savedmodel;

import com.google.protobuf.TextFormat;
import freemarker.template.Configuration;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The model card: what a model is, how it is loaded in Java and Python, what it was trained on and
 * with, how good it is, and what to mind. Its text is the template {@code card.ftl}.
 */
final class ModelCards {

  private ModelCards() {}

  /** The card as Markdown, with the head that model catalogues read. */
  static String render(ModelFacts facts) {
    var functions = facts.functions();
    var model =
        Map.ofEntries(
            Map.entry("name", facts.name()),
            Map.entry("record", facts.record()),
            Map.entry("recipe", TextFormat.printer().printToString(facts.record().getExperiment())),
            Map.entry("functions", functions),
            Map.entry("image", facts.image()),
            Map.entry("cover", facts.cover()),
            Map.entry("limits", facts.limits()),
            Map.entry("uses", facts.intendedUse()),
            Map.entry("licence", facts.licence()),
            Map.entry("licenceNotice", facts.licenceNotice()),
            Map.entry("rounded", facts.precision() instanceof Precision.Bfloat16),
            Map.entry("precision", facts.precision()),
            Map.entry("patches", patches(functions)),
            Map.entry("decoder", facts.hasDecoder()),
            Map.entry("classifier", facts.isClassifier()));
    var card = new StringWriter();
    try {
      configuration().getTemplate("card.ftl").process(model, card);
    } catch (IOException e) {
      throw new UncheckedIOException("the card's template cannot be read", e);
    } catch (TemplateException e) {
      throw new IllegalStateException("the card's template is broken: " + e.getMessage(), e);
    }
    return card.toString();
  }

  /** Patches of an image, 0 if no function takes noise for them. */
  private static long patches(List<ModelFunction> functions) {
    return functions.stream()
        .filter(function -> function.inputs().containsKey(Signatures.NOISE))
        .map(function -> function.input(Signatures.NOISE).shape().get(1))
        .findFirst()
        .orElse(0L);
  }

  private static Configuration configuration() {
    var configuration = new Configuration(Configuration.VERSION_2_3_34);
    configuration.setClassForTemplateLoading(ModelCards.class, "");
    configuration.setDefaultEncoding("UTF-8");
    configuration.setLocale(Locale.ROOT);
    configuration.setNumberFormat("c");
    configuration.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
    configuration.setLogTemplateExceptions(false);
    return configuration;
  }
}
