using System.Reflection;
using YiMaTong.Codes.Returns;

namespace YiMaTong.Codes.Tests.Returns;

public sealed class PyCodesTests
{
    // Appendix C as reconstructed. Partners branch on these: the table only grows, and no line of it changes.
    private static readonly (int Number, string Message)[] _frozen =
    [
        (0, "成功"),
        (1001, "参数缺失或格式错误"),
        (1002, "未登录或令牌无效"),
        (1003, "业务规则不允许"),
        (1004, "用户未实名认证"),
        (1005, "用户未领码"),
        (1006, "授权不足或已撤回"),
        (1007, "用户已冻结或注销"),
        (1008, "请求过于频繁"),
        (1009, "位置参数无效或超出服务范围"),
        (1010, "不支持的二维码类型"),
        (1997, "处理超时"),
        (1998, "服务繁忙或降级,请使用应急码"),
        (1999, "系统异常"),
        (2001, "商户不存在、停用或未备案"),
        (2002, "签名验证失败"),
        (2003, "请求时间超出允许偏差"),
        (2004, "重复请求"),
        (2005, "设备未登记或不属于该商户"),
        (2006, "二维码格式无法识别"),
        (2007, "二维码不存在"),
        (2008, "二维码已过期,请刷新"),
        (2009, "二维码已使用"),
        (2010, "二维码已作废"),
        (2011, "发码密钥无效"),
        (2012, "发码签名错误"),
        (2013, "持码人签名错误"),
        (2014, "应急码当前未启用"),
        (2015, "场景无权获取所请求信息"),
        (2016, "用户未授权该场景"),
        (2017, "不符合本场景通行条件"),
        (2018, "数据暂不可用"),
        (3001, "应用不存在或未备案"),
        (3002, "应用已停用"),
        (3003, "授权码无效"),
        (3004, "授权码已过期"),
        (3005, "授权码已使用,令牌已吊销"),
        (3006, "授权码与应用不匹配"),
        (3007, "应用签名错误"),
        (3008, "用户已撤回授权"),
        (3009, "授权范围无效"),
        (3010, "刷新令牌无效"),
    ];

    [Fact]
    public void All_Codes_AreThoseOfTheFrozenTable() =>
        Assert.Equal(_frozen, PyCodes.All.Select(code => (code.Number, code.Message)));

    [Fact]
    public void All_Codes_AreUniqueAndAscending()
    {
        var numbers = PyCodes.All.Select(code => code.Number).ToList();
        Assert.Equal(numbers.Order().Distinct(), numbers);
        Assert.Equal(numbers.Count, PyCodes.All.Select(code => code.Message).Distinct().Count());
        Assert.All(PyCodes.All, code => Assert.NotEmpty(code.Meaning));
    }

    [Fact]
    public void All_Codes_HoldEveryStaticMember()
    {
        var members = typeof(PyCodes).GetFields(BindingFlags.Public | BindingFlags.Static);
        var codes = members.Select(member => (PyCode)member.GetValue(null)!);
        Assert.Equal(codes.OrderBy(code => code.Number), PyCodes.All);
    }

    [Fact]
    public void Code_OfAnyNumber_HasFourDigits()
    {
        Assert.Equal("PY0000", PyCodes.Success.Code);
        Assert.Equal("PY2009", PyCodes.AlreadyUsed.ToString());
        Assert.All(PyCodes.All, code => Assert.Matches("^PY[0-9]{4}$", code.Code));
    }
}
