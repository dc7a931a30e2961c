package org.maejava.savedmodel;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.maejava.data.image.CenterCrop;
import org.maejava.proto.RunRecord;
import org.maejava.record.OthersLicence;
import org.maejava.storage.IoReason;
import org.tensorflow.Signature;

/**
 * What is known about an exported model: the source of {@code card.json} and of the card's text.
 *
 * @param name of the exported folder
 * @param record how the model came about; what is not set is left out
 * @param signatures its functions
 * @param precision what it computes in
 */
record ModelFacts(String name, RunRecord record, List<Signature> signatures, Precision precision) {

  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().serializeNulls().create();

  /** Whether it gives class scores. */
  boolean isClassifier() {
    return signatures.stream().anyMatch(s -> s.key().equals(Signatures.CLASSIFY));
  }

  /** Its functions, by name. */
  List<ModelFunction> functions() {
    return signatures.stream()
        .map(ModelFunction::of)
        .sorted(Comparator.comparing(ModelFunction::name))
        .toList();
  }

  /** Height, width and channels of its input. */
  List<Long> image() {
    return functions().stream()
        .filter(function -> function.inputs().containsKey(Signatures.IMAGES))
        .findFirst()
        .orElseThrow()
        .input(Signatures.IMAGES)
        .shape()
        .subList(1, 4);
  }

  /** Height and width that the whole image covers when it is resized; empty if not recorded. */
  List<Long> cover() {
    var experiment = record.getExperiment();
    if (!experiment.getData().hasEvalCropFraction()) {
      return List.of();
    }
    var crop =
        new CenterCrop(
            experiment.getModel().getImage(), experiment.getData().getEvalCropFraction());
    return List.of(crop.coverHeight(), crop.coverWidth());
  }

  /** Whether it rebuilds hidden patches. */
  boolean hasDecoder() {
    return signatures.stream().anyMatch(s -> s.key().equals(Signatures.RECONSTRUCT));
  }

  /** As model catalogues write it, {@code other} where it depends on the images. */
  String licence() {
    if (!OthersLicence.noticeIn(record).isEmpty()) {
      return "cc-by-nc-4.0";
    }
    return record.getData().getSpec().startsWith("fashion-mnist") ? "mit" : "other";
  }

  /** What is said about the licence. */
  String licenceNotice() {
    if (!OthersLicence.noticeIn(record).isEmpty()) {
      return OthersLicence.noticeIn(record);
    }
    return licence().equals("mit")
        ? "The weights follow from Fashion-MNIST, which is under the MIT licence (Zalando SE)."
        : "The weights follow from the training data: check that its licence allows your use.";
  }

  /** What the model is for. */
  List<String> intendedUse() {
    var uses = new ArrayList<String>();
    if (isClassifier()) {
      uses.add(
          "Sorting images of the kind it was trained on into the classes it was trained with.");
    } else {
      uses.add("Features of images for search, clustering or small classifiers.");
      uses.add("A start for fine-tuning with few labels.");
      if (hasDecoder()) {
        uses.add("Showing what it rebuilds of images whose patches are hidden.");
      }
    }
    return uses;
  }

  /** What to mind. */
  List<String> limits() {
    var limits = new ArrayList<String>();
    var data = record.getData();
    boolean known = !data.getAbout().isEmpty() || !data.getSpec().isEmpty();
    limits.add(
        "It was trained on %s and on nothing else; expect less from other kinds of images."
            .formatted(known ? "the data above" : "data that was not recorded"));
    limits.add(
        "The image size is fixed: %d x %d. Functions that take bytes resize and crop, the others do"
                .formatted(image().get(0), image().get(1))
            + " not.");
    limits.add(
        "Functions that take bytes read JPEG, PNG and still GIF, ignore EXIF orientation and leave"
            + " alpha out"
            + (record.getExperiment().getData().hasExifOrientation()
                    || record.getExperiment().getData().hasAlphaBackground()
                ? ", which the training did not: prefer `SavedModel` of Java for such images."
                : "."));
    if (hasDecoder() && record.getExperiment().getModel().hasNormalisedPixels()) {
      limits.add(
          "Predictions are relative to each patch's mean and deviation; `reconstruct` takes both from"
              + " the true patch, so its pictures show more than the network knew.");
    }
    if (isClassifier()) {
      limits.add("Probabilities are not calibrated.");
    }
    return limits;
  }

  /** The card for programs. */
  String json(Map<String, String> digests) throws IOException {
    var card = new JsonObject();
    card.addProperty("name", name);
    card.addProperty(
        "kind", isClassifier() ? "classifier" : hasDecoder() ? "masked autoencoder" : "encoder");
    if (record.hasInitialWeights()) {
      card.addProperty("initial_weights", record.getInitialWeights());
    }
    card.addProperty("licence", licence());
    card.addProperty("licence_notice", licenceNotice());
    card.add("intended_use", GSON.toJsonTree(intendedUse()));
    card.add("limits", GSON.toJsonTree(limits()));
    card.add("input", input(image()));
    card.add("functions", functionsJson());
    card.add("classes", GSON.toJsonTree(new ArrayList<>(record.getData().getClassesList())));
    card.add("precision", precisionJson());
    card.add("metrics", record.hasEvaluation() ? tree(record.getEvaluation()) : new JsonObject());
    card.add("data", tree(record.getData()));
    card.add("recipe", tree(record.getExperiment()));
    card.addProperty("recipe_fingerprint", record.getFingerprint());
    card.add("provenance", tree(record.getProvenance()));
    card.add("digests", GSON.toJsonTree(new TreeMap<>(digests)));
    return GSON.toJson(card) + "\n";
  }

  private JsonObject input(List<Long> image) {
    var input = new JsonObject();
    input.addProperty("height", image.get(0));
    input.addProperty("width", image.get(1));
    input.addProperty("channels", image.get(2));
    input.addProperty("values", "0 to 1; the normalisation is inside the model");
    if (!cover().isEmpty()) {
      input.addProperty("resize_to_cover_height", cover().get(0));
      input.addProperty("resize_to_cover_width", cover().get(1));
      input.addProperty("filter", "Pillow's BICUBIC, antialiased");
      input.addProperty("crop", "the middle");
    }
    return input;
  }

  private JsonObject functionsJson() {
    var all = new JsonObject();
    for (var function : functions()) {
      var one = new JsonObject();
      one.add("inputs", specs(function.inputs()));
      one.add("outputs", specs(function.outputs()));
      all.add(function.name(), one);
    }
    return all;
  }

  private static JsonObject specs(Map<String, ModelFunction.TensorSpec> specs) {
    var json = new JsonObject();
    specs.forEach((name, spec) -> json.addProperty(name, spec.toString()));
    return json;
  }

  private JsonObject precisionJson() {
    var json = new JsonObject();
    if (precision instanceof Precision.Bfloat16 measured) {
      json.addProperty("compute", "bfloat16");
      json.addProperty("measured_images", measured.images());
      json.addProperty("mean_feature_distance", measured.meanDistance());
      json.addProperty("largest_feature_distance", measured.largestDistance());
      json.addProperty("images_per_second", measured.imagesPerSecond());
      json.addProperty("float32_images_per_second", measured.float32ImagesPerSecond());
    } else {
      json.addProperty("compute", "float32");
    }
    return json;
  }

  private static JsonElement tree(MessageOrBuilder message) throws IOException {
    return JsonParser.parseString(JsonFormat.printer().preservingProtoFieldNames().print(message));
  }

  /**
   * The digests that a card holds.
   *
   * @return empty if there is no such file: others' SavedModels have none
   * @throws IOException if it is damaged
   */
  static Map<String, String> digests(Path file) throws IOException {
    if (!Files.exists(file)) {
      return Map.of();
    }
    try {
      var card = JsonParser.parseString(Files.readString(file, UTF_8)).getAsJsonObject();
      var digests = new TreeMap<String, String>();
      card.getAsJsonObject("digests")
          .entrySet()
          .forEach(entry -> digests.put(entry.getKey(), entry.getValue().getAsString()));
      return digests;
    } catch (JsonParseException
        | IllegalStateException
        | NullPointerException
        | ClassCastException
        | UnsupportedOperationException
        | IOException e) {
      throw new IOException("%s is no model's card: %s".formatted(file, IoReason.of(e)), e);
    }
  }
}
