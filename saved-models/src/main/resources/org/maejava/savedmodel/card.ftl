<#assign experiment = record.experiment model = experiment.model data = record.data provenance = record.provenance>
<#function counted number noun><#return number?string[",##0"] + " " + noun + (number == 1)?then("", "s")></#function>
<#macro transformer label config><#if (config.width > 0)>
| ${label} | ${config.width} | ${config.depth} | ${config.heads} | ${config.mlpRatio} |
</#if></#macro>
---
license: ${licence}
<#if licence == "other">
license_name: follows-the-training-data
</#if>
library_name: tensorflow
pipeline_tag: <#if classifier>image-classification<#else>image-feature-extraction</#if>
tags:
- masked-autoencoder
- vision-transformer
- tensorflow
- java
<#if record.hasEvaluation()>
model-index:
- name: "${name?json_string}"
  results:
  - task:
      type: image-classification
    dataset:
      name: "${(data.spec?has_content)?then(data.spec, "not recorded")?json_string}"
      type: "${(data.spec?has_content)?then(data.spec, "not recorded")?json_string}"
    metrics:
    - type: accuracy
      value: ${record.evaluation.accuracy}
</#if>
---

# ${name}

<#if classifier>
An image classifier: a Vision Transformer that reads all patches of an image, with a linear head.
<#if record.initialWeights?has_content>
Its encoder started from `${record.initialWeights}`.
</#if>
<#elseif !decoder>
The encoder of a masked autoencoder (He et al., 2021), without its decoder: a Vision Transformer that was trained without
labels. It gives features.
<#else>
A masked autoencoder (He et al., 2021): a Vision Transformer that was trained without labels to rebuild the hidden
patches of images. Its encoder gives features; with its decoder it rebuilds pictures.
</#if>

Input: images of ${image[0]} x ${image[1]} pixels with ${image[2]} <#if image[2] == 1>channel (grey)<#elseif image[2] == 3>channels (RGB)<#else>channels</#if>, channels last, values
from 0 to 1, float32. The normalisation is inside the model; do not normalise again.

## Functions

| Function | Inputs | Outputs |
|---|---|---|
<#list functions as f>
| `${f.name()}` | <#list f.inputs() as input, spec>`${input}` ${spec}<#sep>, </#list> | <#list f.outputs() as output, spec>`${output}` ${spec}<#sep>, </#list> |
</#list>

`features`, `tokens` and `attention` are what the encoder makes of whole images: <#if classifier>the output pooled for the head<#else>the class token after the last
norm (`patch_features`: the patches' tokens, row by row; `average`: their mean)</#if>, every token, and for each head what the class
token looks at in the last block (itself first, then the patches row by row).
<#if classifier>
`classify` gives scores for all classes and the names of the likeliest; names come from `assets/classes.txt`. `serving_default` is `classify`.
<#elseif !decoder>
`serving_default` is `features`.
<#else>
`reconstruct` hides the patches with the largest `noise`, `reconstruct_masked` those where `mask` is 1, and rebuilds them; values
may leave 0 to 1 a little, clip them for display. `serving_default` is `features`.
</#if>
Functions named `..._from_bytes` take whole JPEG, PNG or still GIF files and do what the next section says.
<#if rounded>

The blocks compute in bfloat16, the weights are float32. On ${precision.images()} images of uniform noise, features differ from float32's by
${(precision.meanDistance() * 100)?string["0.000"]} % of their length on average and ${(precision.largestDistance() * 100)?string["0.000"]} % at most; on the exporting machine `features` took
${precision.imagesPerSecond()?string["0.0"]} images per second, in float32 ${precision.float32ImagesPerSecond()?string["0.0"]}.
</#if>
<#if cover?has_content>

## From an image to the input

1. Decode to ${(image[2] == 1)?then("grey levels (Pillow's `convert(\"L\")`)", "RGB (Pillow's `convert(\"RGB\")`)")}.
2. Resize the whole image, aspect kept, to the smallest size that covers ${cover[0]} x ${cover[1]}, sides rounded down, with Pillow's
   `Image.resize(size, Image.Resampling.BICUBIC)`: an antialiased filter. `torchvision.transforms.Resize` with
   `InterpolationMode.BICUBIC` on a PIL image is the same; on tensors it is not.
3. Cut out the middle ${image[0]} x ${image[1]}; half a pixel goes to the even side.
4. Divide by 255.

`SavedModel` of Java does this to the last bit, from files, bytes, streams and `BufferedImage`s; the Python example below too. The
functions `..._from_bytes` do it with TensorFlow's `ScaleAndTranslate` (`keyscubic`, antialiased): no value differs by more than
1 level of 255 from Pillow's and their mean difference is below 0.001 levels, which the build checks on photographs.
</#if>

## Use in Java

With `org.maejava:mae-saved-models` on the class path; `SavedModel` is `org.maejava.savedmodel.SavedModel`.

```java
try (var model = SavedModel.open(Path.of("${name}"))) {
<#if !cover?has_content>
  var images = new float[1][${image[0]} * ${image[1]} * ${image[2]}]; // your pixels, 0 to 1, channels last
  float[][] features = model.features(images);
  System.out.println(Arrays.toString(features[0]));
<#elseif classifier>
  Path folder = Path.of(args[0]); // with a folder of images for each class
  int right = 0;
  int all = 0;
  try (var files = Files.walk(folder).filter(Files::isRegularFile).sorted();
      var results = model.classify(files)) {
    for (var result : (Iterable<FileResult<Ranking>>) results::iterator) {
      var truth = result.file().getParent().getFileName().toString();
      all++;
      if (result instanceof FileResult.Success<Ranking> success
          && success.value().best().name().equals(truth)) {
        right++;
      }
    }
  }
  System.out.println(right + " of " + all + " are right");
<#else>
  float[] features = model.features(Path.of(args[0])); // an image of any size and kind
  System.out.println(Arrays.toString(features));
</#if>
}
```

## Use in Python

```python
import sys
from pathlib import Path

import numpy as np
import tensorflow as tf
<#if cover?has_content>
from PIL import Image


def pixels(file):
    """One image as the model takes it: [${image[0]}, ${image[1]}, ${image[2]}], 0 to 1."""
    image = Image.open(file).convert("${(image[2] == 1)?then("L", "RGB")}")
    width, height = image.size
    if height * ${cover[1]} <= width * ${cover[0]}:
        size = (${cover[0]} * width // height, ${cover[0]})
    else:
        size = (${cover[1]}, ${cover[1]} * height // width)
    if size != image.size:
        image = image.resize(size, Image.Resampling.BICUBIC)
    left, top = round((size[0] - ${image[1]}) / 2), round((size[1] - ${image[0]}) / 2)
    image = image.crop((left, top, left + ${image[1]}, top + ${image[0]}))
    return np.asarray(image, np.float32).reshape(${image[0]}, ${image[1]}, ${image[2]}) / np.float32(255)

</#if>

model = tf.saved_model.load("${name}")
<#if !cover?has_content>
images = np.zeros([1, ${image[0]}, ${image[1]}, ${image[2]}], np.float32)  # your pixels, 0 to 1
print(model.signatures["features"](images=tf.constant(images))["features"].numpy())
<#elseif classifier>
right = total = 0
for file in sorted(Path(sys.argv[1]).glob("*/*")):  # a folder of images for each class
    scores = model.signatures["classify"](images=tf.constant(pixels(file)[None]))
    right += scores["top_labels"].numpy()[0, 0].decode() == file.parent.name
    total += 1
print(f"{right} of {total} are right")
<#else>
outputs = model.signatures["features"](images=tf.constant(pixels(sys.argv[1])[None]))
print(outputs["features"].numpy())
<#if decoder>

noise = np.random.default_rng(0).random([1, ${patches}], np.float32)  # the smallest stay visible
rebuilt = model.signatures["reconstruct"](
    images=tf.constant(pixels(sys.argv[1])[None]), noise=tf.constant(noise))
print(rebuilt["reconstruction"].shape)
</#if>
</#if>
```

`weights.safetensors` has the weights alone, under the names of the published PyTorch code.
<#if (model.encoder.width > 0)>

## Architecture

| | Width | Depth | Heads | MLP ratio |
|---|---|---|---|---|
<@transformer "Encoder" model.encoder/>
<#if decoder><@transformer "Decoder" model.decoder/></#if>

Patches of ${model.patch.height} x ${model.patch.width} pixels<#if decoder>, ${(model.maskRatio * 100)?string["0.#"]} % of them hidden in training; target: <#if model.hasNormalisedPixels()>pixels normalised in each patch<#elseif model.hasPca()>${counted(model.pca.coefficients, "principal component")} of each patch<#else>pixels</#if></#if>.<#if (record.parameters > 0)> ${counted(record.parameters, "parameter")}, <#if record.trainedParameters == record.parameters>all<#else>${record.trainedParameters?string[",##0"]} of them</#if> trained.</#if>
</#if>
<#if record.hasData()>

## Data

<#if data.about?has_content>
${data.about}

</#if>
<#if data.spec?has_content>
- Given as `${data.spec}`
</#if>
<#if (data.trainingImages > 0)>
- ${counted(data.trainingImages, "training image")}<#if classifier> with labels<#else>, no labels used</#if><#if (data.evaluationImages > 0)>, ${counted(data.evaluationImages, "evaluation image")}</#if>
</#if>
<#if classifier && (data.classesCount > 0)>
- Classes: ${data.classesList?join(", ")}
</#if>
<#if data.digest?has_content>
- SHA-256 `${data.digest}`
</#if>
</#if>

## Result

<#if record.hasEvaluation()>
<#assign e = record.evaluation>
Accuracy ${(e.accuracy * 100)?string["0.0;; roundingMode=halfUp"]} % on ${counted(e.images, "evaluation image")}, each counted once (95 % interval
${(e.accuracyLow * 100)?string["0.0;; roundingMode=halfUp"]} to ${(e.accuracyHigh * 100)?string["0.0;; roundingMode=halfUp"]} %<#if (e.top5Accuracy > 0)>; top-5 ${(e.top5Accuracy * 100)?string["0.0;; roundingMode=halfUp"]} %</#if>; loss ${e.loss?string["0.000"]}).
<#elseif (record.curveCount > 0)>
<#assign last = record.curveList?last>
Training loss ${last.loss?string["0.0000"]} after ${counted(last.step, "step")} (${last.epoch?string["0.#"]} epoch<#if last.epoch != 1>s</#if>).<#if !classifier> A reconstruction loss says little about
how useful the features are: compare them on a task of yours.</#if>
<#else>
No result was recorded for this model.
</#if>
<#if record.hasExperiment()>

## Training recipe

<#if record.command?has_content>
Trained by `${record.command}`<#if (record.seconds > 0)> in ${counted(record.seconds?round, "second")}<#if (record.imagesPerSecond > 0)> (${counted(record.imagesPerSecond?round, "image")} per second)</#if></#if>.

</#if>
```textproto
${recipe}```
</#if>

## Use, limits and licence

Intended for:

<#list uses as use>
- ${use}
</#list>

To be minded:

<#list limits as limit>
- ${limit}
</#list>
- ${licenceNotice}
<#if record.hasProvenance() || record.fingerprint?has_content>

## Provenance

<#if record.fingerprint?has_content>
- Recipe fingerprint `${record.fingerprint}`
</#if>
<#if provenance.codeVersion?has_content>
- Code ${provenance.codeVersion}<#if provenance.tensorflowVersion?has_content>, TensorFlow ${provenance.tensorflowVersion}</#if><#if provenance.javaVersion?has_content>, Java ${provenance.javaVersion}</#if>
</#if>
<#if provenance.device?has_content>
- ${provenance.device}<#if provenance.processor?has_content>: ${provenance.processor}</#if><#if (provenance.threads > 0)>, ${counted(provenance.threads, "thread")}</#if><#if provenance.operatingSystem?has_content>, ${provenance.operatingSystem}</#if>
</#if>
<#if provenance.started?has_content>
- Started ${provenance.started}<#if provenance.finished?has_content>, finished ${provenance.finished}</#if>
</#if>
<#if (record.unreadableCount > 0)>
- ${counted(record.unreadableCount, "image")} could not be read and <#if record.unreadableCount == 1>was<#else>were</#if> left out
</#if>
</#if>

The whole record is in `record.json`; this card, for programs and with digests of all files, in `card.json`.
