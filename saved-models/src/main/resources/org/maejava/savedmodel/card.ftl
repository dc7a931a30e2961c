<#assign experiment = record.experiment model = experiment.model data = record.data provenance = record.provenance>
<#macro transformer label config><#if (config.width > 0)>
| ${label} | ${config.width} | ${config.depth} | ${config.heads} | ${config.mlpRatio} |
</#if></#macro>
# ${name}

<#if classifier>
An image classifier: a Vision Transformer that reads all patches of an image, with a linear head.
<#if record.initialWeights?has_content>
Its encoder started from `${record.initialWeights}`.
</#if>
<#else>
A masked autoencoder (He et al., 2021): a Vision Transformer that was trained without labels to rebuild the hidden
patches of images. Its encoder gives features; with its decoder it rebuilds pictures.
</#if>

Input: images of ${image[1]} x ${image[2]} pixels with ${image[3]} <#if image[3] == 1>channel (grey)<#elseif image[3] == 3>channels (RGB)<#else>channels</#if>, channels last, values
from 0 to 1, float32. The normalisation is inside the model; do not normalise again.

## Functions

| Function | Inputs | Outputs |
|---|---|---|
<#list functions as f>
| `${f.name()}` | <#list f.inputs() as input, spec>`${input}` ${spec}<#sep>, </#list> | <#list f.outputs() as output, spec>`${output}` ${spec}<#sep>, </#list> |
</#list>

<#if classifier>
`features` is the encoder's output, pooled for the head. `serving_default` is `classify`.
<#if (data.classesCount > 0)>
The classes, in the order of the outputs, are in `classes.txt`.
</#if>
<#else>
`features` is the class token after the encoder's last norm, `patch_features` the patches' tokens after it (row by row),
`average` their mean. `reconstruct` hides the patches with the largest `noise` and rebuilds them; its values may leave 0 to 1 a
little, clip them for display. `serving_default` is `features`.
</#if>

## Use in Java

With `org.maejava:mae-saved-models` on the class path; `SavedModel` is `org.maejava.savedmodel.SavedModel`.

```java
try (var model = SavedModel.open(Path.of("${name}"))) {
  var images = new float[1][${image[1]} * ${image[2]} * ${image[3]}]; // your pixels, 0 to 1, channels last
<#if classifier>
  var scores = model.classify(images);
  System.out.println(Arrays.toString(scores.probabilities()[0]));
  System.out.println(model.classes());
<#else>
  float[][] features = model.features(images);
  System.out.println(Arrays.toString(features[0]));

  var noise = new float[1][${patches}];
  var random = new Random(0);
  for (int i = 0; i < noise[0].length; i++) {
    noise[0][i] = random.nextFloat(); // the patches with the smallest values stay visible
  }
  System.out.println(Arrays.toString(model.reconstruct(images, noise).mask()[0]));
</#if>
}
```

## Use in Python

```python
import numpy as np
import tensorflow as tf

model = tf.saved_model.load("${name}")
images = np.zeros([1, ${image[1]}, ${image[2]}, ${image[3]}], np.float32)  # your pixels, 0 to 1
<#if classifier>
scores = model.signatures["classify"](images=tf.constant(images))
print(scores["probabilities"].numpy())
<#else>
outputs = model.signatures["features"](images=tf.constant(images))
print(outputs["features"].numpy())

noise = np.random.default_rng(0).random([1, ${patches}], np.float32)  # the smallest stay visible
rebuilt = model.signatures["reconstruct"](images=tf.constant(images), noise=tf.constant(noise))
print(rebuilt["reconstruction"].shape)
</#if>
```

`weights.safetensors` has the weights alone, under the names of the published PyTorch code.
<#if (model.encoder.width > 0)>

## Architecture

| | Width | Depth | Heads | MLP ratio |
|---|---|---|---|---|
<@transformer "Encoder" model.encoder/>
<#if !classifier><@transformer "Decoder" model.decoder/></#if>

Patches of ${model.patch.height} x ${model.patch.width} pixels<#if !classifier>, ${model.maskRatio * 100} % of them hidden in training; target: <#if model.hasNormalisedPixels()>pixels normalised in each patch<#elseif model.hasPca()>${model.pca.coefficients} principal components of each patch<#else>pixels</#if></#if>.<#if (record.parameters > 0)> ${record.parameters} parameters, ${record.trainedParameters} of them trained.</#if>
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
- ${data.trainingImages} training images<#if classifier> with labels<#else>, no labels used</#if><#if (data.evaluationImages > 0)>, ${data.evaluationImages} evaluation images</#if>
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
Accuracy ${(e.accuracy * 100)?string["0.0;; roundingMode=halfUp"]} % on ${e.images} evaluation images, each counted once (95 % interval
${(e.accuracyLow * 100)?string["0.0;; roundingMode=halfUp"]} to ${(e.accuracyHigh * 100)?string["0.0;; roundingMode=halfUp"]} %<#if (e.top5Accuracy > 0)>; top-5 ${(e.top5Accuracy * 100)?string["0.0;; roundingMode=halfUp"]} %</#if>; loss ${e.loss?string["0.000"]}).
<#elseif (record.curveCount > 0)>
<#assign last = record.curveList?last>
Training loss ${last.loss?string["0.0000"]} after ${last.step} steps (${last.epoch?string["0.#"]} epochs).<#if !classifier> A reconstruction loss says little about
how useful the features are: compare them on a task of yours.</#if>
<#else>
No result was recorded for this model.
</#if>
<#if record.hasExperiment()>

## Training recipe

<#if record.command?has_content>
Trained by `${record.command}`<#if (record.seconds > 0)> in ${record.seconds?string["0"]} seconds<#if (record.imagesPerSecond > 0)> (${record.imagesPerSecond?string["0"]} images per second)</#if></#if>.

</#if>
```textproto
${recipe}```
</#if>

## Limits and licence

- It was trained on <#if data.about?has_content || data.spec?has_content>the data above<#else>data that was not recorded</#if> and on nothing else; expect less from other kinds of images.
- The image size is fixed: resize and crop to ${image[1]} x ${image[2]} first.
<#if !classifier && model.hasNormalisedPixels()>
- Predictions are relative to each patch's mean and deviation; `reconstruct` takes both from the true patch, so its
  pictures show more than the network knew.
</#if>
<#if classifier>
- Probabilities are not calibrated.
</#if>
- The weights follow from the training data: check that its licence allows your use.<#if data.spec == "fashion-mnist"> Fashion-MNIST is under the MIT
  licence (Zalando SE).</#if>
<#if record.hasProvenance() || record.fingerprint?has_content>

## Provenance

<#if record.fingerprint?has_content>
- Recipe fingerprint `${record.fingerprint}`
</#if>
<#if provenance.codeVersion?has_content>
- Code ${provenance.codeVersion}<#if provenance.tensorflowVersion?has_content>, TensorFlow ${provenance.tensorflowVersion}</#if><#if provenance.javaVersion?has_content>, Java ${provenance.javaVersion}</#if>
</#if>
<#if provenance.device?has_content>
- ${provenance.device}<#if provenance.processor?has_content>: ${provenance.processor}</#if><#if (provenance.threads > 0)>, ${provenance.threads} threads</#if><#if provenance.operatingSystem?has_content>, ${provenance.operatingSystem}</#if>
</#if>
<#if provenance.started?has_content>
- Started ${provenance.started}<#if provenance.finished?has_content>, finished ${provenance.finished}</#if>
</#if>
<#if (record.unreadableCount > 0)>
- ${record.unreadableCount} images could not be read and were left out
</#if>
</#if>

The whole record is in `record.json`.
