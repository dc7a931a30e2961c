<#ftl output_format="Markdown" auto_esc=true>
<#-- The page's text and tables; values are escaped as Markdown. -->
<#include "formats.ftl">
<#assign table = page.table() columns = table.labels()>
# ${record.title}

<#if record.question?has_content>
*${record.question}*

</#if>
<#if record.conclusion?has_content>
**${record.conclusion}**

</#if>
<#if table.protocols()?has_content>
## ${(page.compared()?size gt 1)?then("Comparison", "Result")}

| Protocol | Trained parameters |<#list columns as labels> ${count(labels)} labels |</#list>
|---|---:|<#list columns as labels>---:|</#list>
<#list table.protocols() as protocol>
| ${protocol} | ${chosen(table.trainedParameters(protocol))} |<#list columns as labels><#assign cell = table.cell(protocol, labels)> <#if cell.isPresent()><#assign entry = cell.get() known = page.interval(entry)>${percent(entry.meanAccuracy)}<#if entry.hasAccuracyStd()> ± ${percent(entry.accuracyStd)}</#if><#if entry.hasFromBaseline() && entry.fromBaseline.significant> \*</#if><#if known.isPresent()><#assign interval = known.get()> (${percent(interval.low)} – ${percent(interval.high)})</#if><#else>–</#if> |</#list>
</#list>

<#if page.star()?has_content>
${page.star()}.

</#if>
${page.howToRead()}

<#if page.tested()>
| Against the baseline | Labels | Points | Interval | Corrected p |
|---|---:|---:|---:|---:|
<#list record.comparison.entriesList as entry>
<#if entry.hasFromBaseline()>
| ${entry.protocol}, against ${entry.fromBaseline.baseline} | ${count(entry.labels)} | ${points(entry.fromBaseline.accuracy)} | ${points(entry.fromBaseline.interval.low)} to ${points(entry.fromBaseline.interval.high)} | ${chance(entry.fromBaseline.correctedPValue)} |
</#if>
</#list>

</#if>
</#if>
<#list record.comparison.chartsList as chart>
### ${chart.title}<#if chart.figure?has_content>, as the paper's ${chart.figure}</#if>

| | ${chart.axisTitle} | Right, % |
|---|---:|---:|
<#list chart.seriesList as series>
<#list series.pointsList as point>
| ${series.name}<#if series.published> (the paper's, at another scale)</#if> | <#if chart.numeric>${point.value?string("0.##")}<#else>${point.name}</#if> | ${percent(point.accuracy)} |
</#list>
</#list>

</#list>
<#if record.runsCount gt 0>
## The runs

| Run | What | Steps | Epochs | Loss | Right, % | Time |
|---|---|---:|---:|---:|---:|---:|
<#list record.runsList as named>
<#assign one = named.run points_ = one.curveList>
| ${named.name} | ${page.title(one)} | ${count(one.steps)} | <#if points_?has_content>${points_?last.epoch?string("0.#")}<#else>–</#if> | <#if points_?has_content>${points_?last.loss?string("0.000")}<#else>–</#if> | <#if one.hasEvaluation()>${percent(one.evaluation.accuracy)}<#elseif one.probesCount gt 0>${percent(one.probesList?last.accuracy)} (k-NN)<#else>–</#if> | ${duration(one.seconds)} |
</#list>
<#if record.comparisonsCount gt 0>

Beside them, of comparisons: <#list record.comparisonsList as named>${named.name}<#sep>, </#list>.
</#if>

<#list page.recipeDifferences() as difference>
Recipe of ${difference.name()} against that of ${difference.against()}: <#if difference.fields()?has_content>${difference.fields()?size} ${plural(difference.fields()?size, "field differs", "fields differ")}<#else>the same</#if>.

<#if difference.fields()?has_content>
| Field | ${difference.name()} | ${difference.against()} |
|---|---|---|
<#list difference.fields() as field>
| ${field.path} | ${field.here} | ${field.there} |
</#list>

</#if>
</#list>
</#if>
<#if page.hasMain() && page.showsTraining()>
<#assign run = page.mainRun().run>
<#if run.curveCount gt 0>
## ${page.mainRun().name}

| Epoch | Step | Loss | Rate | Gradient norm |
|---:|---:|---:|---:|---:|
<#list page.curveRows() as point>
| ${point.epoch?string("0.##")} | ${count(point.step)} | ${point.loss?string("0.0000")} | ${small(point.rate)} | ${point.gradientNorm?string("0.000")} |
</#list>

</#if>
<#if run.probesCount gt 0>
| Epoch | k-NN on the features, right, % | Images |
|---:|---:|---:|
<#list run.probesList as probe>
| ${probe.epoch?string("0.##")} | ${percent(probe.accuracy)} | ${count(probe.images)} |
</#list>

</#if>
</#if>
<#if record.hasAnswers()>
## Right and wrong, by class

| Class | Images | Right, % | 95 % interval | Answered so | Of these right, % |
|---|---:|---:|---:|---:|---:|
<#list page.classRows() as of>
| ${of.name} | ${count(of.images)} | <#if of.images gt 0>${percent(of.right / of.images)}<#else>–</#if> | <#if of.hasInterval()>${percent(of.interval.low)} – ${percent(of.interval.high)}<#else>–</#if> | ${count(of.answered)} | <#if of.answered gt 0>${percent(of.right / of.answered)}<#else>–</#if> |
</#list>

<#if record.answers.confusionsCount gt 0>
| Images of | taken for | how many |
|---|---|---:|
<#list record.answers.confusionsList as pair>
<#if pair?index lt 10>
| ${record.answers.getClasses(pair.label).name} | ${record.answers.getClasses(pair.answer).name} | ${count(pair.images)} |
</#if>
</#list>

</#if>
<#if record.answers.mistakesCount gt 0>
| Most confident mistakes | is | taken for | sure by, % |
|---|---|---|---:|
<#list record.answers.mistakesList as mistake>
| ${mistake.image} | ${mistake.label} | ${mistake.answer} | ${percent(mistake.probability)} |
</#list>

</#if>
</#if>
<#if record.hasCalibration()>
## Calibration

Expected calibration error: ${percent(record.calibration.expectedError)} %<#if record.calibrated.hasTemperature()>; with the temperature ${record.calibrated.temperature?string("0.###")}: ${percent(record.calibrated.after.expectedError)} %</#if>.

| Sure by, % | Images | Mean confidence, % | Right, % |
|---|---:|---:|---:|
<#list record.calibration.binsList as bin>
<#if bin.images gt 0>
| ${percent(bin.low)} – ${percent(bin.high)} | ${count(bin.images)} | ${percent(bin.confidence)} | ${percent(bin.accuracy)} |
</#if>
</#list>

</#if>
<#if record.hasRobustness()>
## Robustness

Mean corruption error: ${percent(record.robustness.meanCorruptionError)} %; on the images as they are ${percent(record.robustness.cleanError)} %.

| Wrong, %, on average | |
|---|---:|
<#list record.robustness.kindsList as kind>
| ${kind.kind} | ${percent(kind.meanError)} |
</#list>

</#if>
<#assign costs = page.costs()>
<#if costs?has_content>
## Throughput and cost

| What | Runs | Training | Search | Images trained on |
|---|---:|---:|---:|---:|
<#list costs as cost>
| ${cost.what()} | ${cost.runs()} | ${duration(cost.seconds())} | <#if cost.trialSeconds() gt 0>${duration(cost.trialSeconds())}<#else>–</#if> | ${count(cost.images())} |
</#list>

</#if>
<#if record.publishedCount gt 0>
## The paper beside

At another scale, ImageNet-1K, to compare the order of things with and never the numbers:

| The paper's | Network | Right, % | Where |
|---|---|---:|---|
<#list record.publishedList as result>
| ${result.what} | ${result.network} | ${result.accuracy?string("0.0")} | ${result.source} |
</#list>

</#if>
<#if record.hasPaperRecipe()>
<#assign fields = record.paperRecipe.fieldsList>
<#if fields?has_content>
The recipe, against the paper's:

| Field | This run | ${record.paperRecipe.recipe} |
|---|---|---|
<#list fields as field>
| ${field.path} | ${field.here} | ${field.there} |
</#list>

<#else>
The recipe is ${record.paperRecipe.recipe}, in every field.

</#if>
</#if>
<#assign provenance = page.provenance()>
<#if provenance.runs()?has_content>
## Provenance

<#if provenance.differing()?has_content>
| What differs |<#list provenance.runs() as name> ${name} |</#list>
|---|<#list provenance.runs() as name>---|</#list>
<#list provenance.differing() as fact>
| ${fact.name()} |<#list fact.values() as text> ${text} |</#list>
</#list>

The same for all:

</#if>
<#list provenance.common() as fact>
- ${fact.name()}: ${fact.values()[0]}
</#list>
<#if provenance.runs()?size == 1 && page.mainRun().run.hasData()>
<#assign data = page.mainRun().run.data>
- Images: ${count(data.trainingImages)} for training, ${count(data.evaluationImages)} for evaluation
</#if>
</#if>
