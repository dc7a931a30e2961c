package org.maejava.data;

import com.google.common.collect.ImmutableMap;
import java.util.List;
import org.maejava.data.flow.Dataset.Mapping;
import org.maejava.data.flow.Place;
import org.maejava.data.image.ByteNormalizer;
import org.maejava.data.image.Decoder;
import org.maejava.data.image.DecodingMemory;
import org.maejava.data.image.Image;
import org.maejava.data.image.Resampler;
import org.maejava.data.image.UnreadableImageException;
import org.maejava.data.source.DataException;
import org.maejava.data.source.Example;
import org.maejava.proto.UnreadableImage;
import org.maejava.train.Batch;

/**
 * From a place to its sample: frame, decode, resample, augment, normalise, and draw what else the
 * step needs. All draws are addressed by (seed, epoch, index, repeat).
 */
final class SampleReader implements Mapping<Place, Attempt> {

  private final Augmentation augmentation;
  private final Resampler resampler;
  private final ByteNormalizer normalizer;
  private final List<BatchField> others;
  private final Decoder decoder;

  SampleReader(
      Augmentation augmentation,
      Resampler resampler,
      ByteNormalizer normalizer,
      List<BatchField> others,
      Decoder decoder) {
    this.augmentation = augmentation;
    this.resampler = resampler;
    this.normalizer = normalizer;
    this.others = others;
    this.decoder = decoder;
  }

  @Override
  public Attempt apply(Place place) {
    var example = place.example();
    try {
      var rows = ImmutableMap.<String, float[]>builder().put(Batch.IMAGES, pixels(place));
      others.forEach(row -> rows.put(row.name(), row.values().apply(place)));
      return new Attempt.Success(new Sample(place, rows.buildOrThrow()));
    } catch (UnreadableImageException e) {
      return new Attempt.Failure(
          UnreadableImage.newBuilder().setName(example.name()).setReason(e.reason()).build());
    } catch (OutOfMemoryError e) {
      throw new DataException(
          "Java's heap of %,d MB is too small to read %s beside what else is there: give more with -Xmx, or fewer threads"
              .formatted(Runtime.getRuntime().maxMemory() >> 20, example.name()),
          e);
    }
  }

  private float[] pixels(Place place) throws UnreadableImageException {
    var image = augmentation.ofPixels(framed(place), place);
    var values = normalizer.apply(image);
    augmentation.ofValues(values, image, place);
    return values;
  }

  @SuppressWarnings("try") // memory is held, not used
  private Image framed(Place place) throws UnreadableImageException {
    if (place.example() instanceof Example.Raw raw) {
      var image = decoder.convert(raw.image());
      var framing = augmentation.frame(image.height(), image.width(), place);
      return resampler.resample(image, framing.box(), framing);
    }
    var bytes = ((Example.Encoded) place.example()).read();
    var header = decoder.header(bytes);
    var framing = augmentation.frame(header.height(), header.width(), place);
    try (var memory = DecodingMemory.ofProcess().hold(header, framing.box())) {
      var region = decoder.decode(bytes, header, framing.box());
      return resampler.resample(region.image(), region.box(), framing);
    }
  }

  @SuppressWarnings("try") // memory is held, not used
  private void decode(Place place) throws UnreadableImageException {
    if (place.example() instanceof Example.Encoded encoded) {
      var bytes = encoded.read();
      var header = decoder.header(bytes);
      var framing = augmentation.frame(header.height(), header.width(), place);
      try (var memory = DecodingMemory.ofProcess().hold(header, framing.box())) {
        decoder.decode(bytes, header, framing.box());
      }
    }
  }

  /** How far an image is brought. */
  enum Stage {
    READ,
    DECODE,
    RESAMPLE,
    AUGMENT
  }

  /** The work up to a stage, its result thrown away; whether the image could be read. */
  Mapping<Place, Boolean> upTo(Stage stage) {
    return new Mapping<>() {
      @Override
      public Boolean apply(Place place) {
        try {
          switch (stage) {
            case READ -> {
              if (place.example() instanceof Example.Encoded encoded) {
                encoded.read();
              }
            }
            case DECODE -> decode(place);
            case RESAMPLE -> framed(place);
            case AUGMENT -> pixels(place);
          }
          return true;
        } catch (UnreadableImageException e) {
          return false;
        }
      }

      @Override
      public void close() {
        SampleReader.this.close();
      }
    };
  }

  @Override
  public void close() {
    decoder.close();
  }
}
