package org.maejava.savedmodel.weights;

import java.util.Map;
import org.maejava.savedmodel.weights.WeightsInspection.Kind;

/** What a file looks like, in a few words. */
final class FamilyDescription {

  private FamilyDescription() {}

  static String of(ForeignNames names, HubConfig hub, Map<String, String> facts, Kind kind) {
    var text = new StringBuilder(origin(names, hub, facts, kind));
    if (facts.containsKey("epoch")) {
      text.append(", of a training's epoch ").append(facts.get("epoch"));
    }
    return text.toString();
  }

  private static String origin(
      ForeignNames names, HubConfig hub, Map<String, String> facts, Kind kind) {
    boolean lightning = facts.containsKey("pytorch-lightning_version");
    return switch (names.family()) {
      case HUGGING_FACE ->
          "Hugging Face's "
              + hub.architecture()
                  .orElse(
                      switch (kind) {
                        case AUTOENCODER -> "ViTMAEForPreTraining";
                        case ENCODER -> "ViTMAEModel or ViTModel";
                        case CLASSIFIER, LINEAR_PROBE -> "ViTForImageClassification";
                      });
      case MMPRETRAIN -> "mmpretrain's " + kind.description().replaceFirst("^an? ", "");
      case TORCHVISION ->
          kind == Kind.AUTOENCODER
              ? "lightly's masked autoencoder on torchvision's Vision Transformer"
              : "torchvision's Vision Transformer";
      case PUBLISHED -> {
        if (names.encoderPrefix().endsWith("backbone.vit.")) {
          yield "lightly's masked autoencoder on timm's Vision Transformer";
        }
        if (names.isOfSoloLearn()) {
          yield "solo-learn's masked autoencoder" + (lightning ? " (Lightning)" : "");
        }
        if (hub.architecture().isPresent()) {
          // Whoever gives it arguments has another size than the name says.
          yield hub.hasArguments()
              ? "timm's Vision Transformer of a size of its own"
              : "timm's " + hub.architecture().get();
        }
        yield "the published code's or timm's " + kind.description().replaceFirst("^an? ", "");
      }
    };
  }
}
