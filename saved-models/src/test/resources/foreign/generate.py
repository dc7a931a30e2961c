"""Wrote what lies beside it: tiny models of transformers 5 and timm 1, with inputs and outputs.

The tokens are so small that the norms' epsilon decides what comes out: with 1e-6 instead of the
1e-12 that transformers has, nothing here is equal. Run in this folder.
"""

import timm
import torch
from safetensors.torch import save_file
from transformers import ViTConfig, ViTForImageClassification, ViTMAEConfig, ViTMAEForPreTraining

torch.manual_seed(3)
SIZES = dict(hidden_size=16, num_hidden_layers=2, num_attention_heads=4, intermediate_size=32,
             image_size=16, patch_size=4, num_channels=3)


def tiny(model, scale):
    with torch.no_grad():
        for name, value in model.named_parameters():
            value.copy_(torch.randn_like(value) * (scale if "embed" in name or "token" in name else 0.3))
    return model.eval()


def write(folder, model, **outputs):
    model.save_pretrained(folder)
    save_file({name: value.contiguous() for name, value in outputs.items()}, folder + "/expected.safetensors")


images = torch.randn(2, 3, 16, 16) * 0.01
noise = torch.rand(2, 16)
with torch.no_grad():
    mae = tiny(ViTMAEForPreTraining(ViTMAEConfig(
        decoder_hidden_size=8, decoder_num_hidden_layers=1, decoder_num_attention_heads=2,
        decoder_intermediate_size=16, mask_ratio=0.75, norm_pix_loss=True, **SIZES)), 1e-3)
    out = mae(images, noise=noise)
    write("transformers-pretraining", mae, images=images, noise=noise, logits=out.logits, loss=out.loss[None])

    classifier = tiny(ViTForImageClassification(ViTConfig(
        id2label={0: "cat", 1: "dog", 2: "tram"}, label2id={"cat": 0, "dog": 1, "tram": 2}, **SIZES)), 1e-3)
    write("transformers-classifier", classifier, images=images, logits=classifier(images).logits)

    # The same in several files.
    classifier.save_pretrained("transformers-sharded", max_shard_size="10KB")

    kinds = dict(average=dict(global_pool="avg"), class_token={}, no_class_position=dict(no_embed_class=True))
    for kind, options in kinds.items():
        model = tiny(timm.models.VisionTransformer(
            img_size=16, patch_size=4, embed_dim=16, depth=2, num_heads=4, mlp_ratio=2, num_classes=3, **options), 1)
        save_file(model.state_dict(), f"timm-{kind}.safetensors")
        save_file(dict(images=images, logits=model(images)), f"timm-{kind}-expected.safetensors")
        if kind == "average":
            torch.save(model.state_dict(), "timm-average.pth", pickle_protocol=4)
