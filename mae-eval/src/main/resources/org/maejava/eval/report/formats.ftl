<#-- How numbers are written, on the page and in Markdown alike. -->
<#function percent share><#return (share * 100)?string("0.0;; roundingMode=halfUp")></#function>
<#function points difference><#return (difference * 100)?string("+0.0;-0.0; roundingMode=halfUp")></#function>
<#function count number><#return number?string(",##0")></#function>
<#function duration seconds>
  <#local s = seconds?round>
  <#if s gte 3600><#return (s / 3600)?floor?c + " h " + ((s % 3600) / 60)?floor?c + " min"></#if>
  <#if s gte 60><#return (s / 60)?floor?c + " min " + (s % 60)?c + " s"></#if>
  <#return seconds?string("0.#") + " s">
</#function>
<#function words constant><#return constant.name()?lower_case?replace("_", " ")></#function>
<#function small number><#return (number == 0)?then("0", number?string("0.00E0")?lower_case)></#function>
<#function plural number one more><#return (number == 1)?then(one, more)></#function>
<#function chance p><#return (p lt 0.001)?then("p < 0.001", "p = " + p?string("0.000"))></#function>
<#function chosen parameters><#return (parameters gt 0)?then(count(parameters), "none")></#function>
