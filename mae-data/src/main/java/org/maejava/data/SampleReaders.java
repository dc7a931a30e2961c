package org.maejava.data;

import java.util.List;
import org.maejava.data.image.ByteNormalizer;
import org.maejava.data.image.CenterCrop;
import org.maejava.data.image.Decoder;
import org.maejava.data.image.Decoding;
import org.maejava.data.image.JpegDecoding;
import org.maejava.data.image.Resampler;
import org.maejava.data.image.Resampling;
import org.maejava.proto.DataConfig;
import org.maejava.proto.ImageShape;
import org.maejava.random.Draws;

/** What makes samples of images as a recipe says: one reader for each opened cursor. */
final class SampleReaders {

  private final DataConfig data;
  private final ImageShape input;
  private final Draws draws;
  private final Resampler resampler;
  private final Resampler trainingResampler;
  private final ByteNormalizer normalizer;
  private final CenterCrop centerCrop;

  SampleReaders(DataConfig data, ImageShape input, Draws draws) {
    this.data = data;
    this.input = input;
    this.draws = draws;
    resampler = new Resampler(input.getHeight(), input.getWidth());
    trainingResampler = new Resampler(resampling(), input.getHeight(), input.getWidth());
    normalizer = new ByteNormalizer(data.getMeanList(), data.getStdList());
    centerCrop = new CenterCrop(input, data.getEvalCropFraction());
  }

  /** Centred, unaugmented, resampled as Pillow does whatever the recipe trains with. */
  SampleReader evaluation(List<BatchField> others) {
    var decoder = new Decoder(input.getChannels(), Decoding.of(data));
    var augmentation = Augmentation.none(centerCrop, draws);
    return new SampleReader(augmentation, resampler, normalizer, others, decoder);
  }

  /** Cropped, augmented and resampled as the recipe says. */
  SampleReader training(List<BatchField> others) {
    var jpeg =
        resampling() == Resampling.PILLOW_BICUBIC ? JpegDecoding.ACCURATE : JpegDecoding.FAST;
    var decoder = new Decoder(input.getChannels(), Decoding.of(data).with(jpeg));
    var augmentation = Augmentation.of(data, input, centerCrop, draws);
    return new SampleReader(augmentation, trainingResampler, normalizer, others, decoder);
  }

  private Resampling resampling() {
    return switch (data.getResamplingCase()) {
      case FAST_BICUBIC -> Resampling.FAST_BICUBIC;
      case FAST_BILINEAR -> Resampling.FAST_BILINEAR;
      case PILLOW_BICUBIC, RESAMPLING_NOT_SET -> Resampling.PILLOW_BICUBIC;
    };
  }
}
