import torch
import torch.nn.functional as F

from engine.models.vit import ViT


def tiny() -> ViT:
    torch.manual_seed(0)
    vit = ViT(32, 3, 2, (0, 2)).eval()
    torch.nn.init.normal_(vit.positions)
    return vit


@torch.inference_mode()
def test_gives_the_patch_tokens_of_each_tap():
    tokens = tiny()(torch.randn(2, 3, 28, 70))
    assert [t.shape for t in tokens] == [(2, 2 * 5, 32)] * 2


def test_positions_are_as_learnt_at_the_size_of_training():
    vit = tiny()
    assert vit.positions_for(torch.empty(1, 3, 518, 518)) is vit.positions


@torch.inference_mode()
def test_positions_are_resampled_with_upstreams_offset_even_where_only_the_shape_differs():
    vit = tiny()
    resampled = vit.positions_for(torch.empty(1, 3, 37 * 14, 20 * 14))
    learnt = vit.positions[:, 1:].reshape(1, 37, 37, 32).permute(0, 3, 1, 2)
    expected = F.interpolate(learnt, scale_factor=(37.1 / 37, 20.1 / 37), mode="bicubic")
    assert expected.shape[-2:] == (37, 20)
    torch.testing.assert_close(resampled[:, 1:], expected.flatten(2).transpose(1, 2))
    assert torch.equal(resampled[:, :1], vit.positions[:, :1])


@torch.inference_mode()
def test_known_positions_change_nothing():
    vit, x = tiny(), torch.randn(1, 3, 42, 28)
    for own, given in zip(vit(x), vit(x, vit.positions_for(x)), strict=True):
        assert torch.equal(own, given)
