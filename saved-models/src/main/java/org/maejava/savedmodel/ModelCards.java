package org.maejava.savedmodel;

import com.google.protobuf.TextFormat;
import freemarker.template.Configuration;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.maejava.proto.RunRecord;
import org.tensorflow.Signature;

/**
 * The model card: what a model is, how it is loaded in Java and Python, what it was trained on and
 * with, how good it is, and what to mind. Its text is the template {@code card.ftl}.
 */
final class ModelCards {

  private ModelCards() {}

  /**
   * The card as Markdown.
   *
   * @param name of the exported folder
   * @param record how the model came about; what is not set is left out
   * @param signatures its functions
   */
  static String render(String name, RunRecord record, List<Signature> signatures) {
    var functions =
        signatures.stream()
            .map(ModelFunction::of)
            .sorted(Comparator.comparing(ModelFunction::name))
            .toList();
    var first = functions.get(0);
    var model =
        Map.of(
            "name",
            name,
            "record",
            record,
            "recipe",
            TextFormat.printer().printToString(record.getExperiment()),
            "functions",
            functions,
            "image",
            first.input(Signatures.IMAGES).shape(),
            "patches",
            patches(functions),
            "classifier",
            signatures.stream().anyMatch(s -> s.key().equals(Signatures.CLASSIFY)));
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
