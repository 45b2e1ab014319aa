namespace YiMaTong.Codes.Returns;

/// <summary>
/// Appendix C as reconstructed. A new meaning gets a new number; a number is never reused.
/// </summary>
public static class PyCodes
{
    /// <summary>PY0000 成功: success.</summary>
    public static readonly PyCode Success = new(0, "成功", "success");

    /// <summary>PY1001 参数缺失或格式错误: missing or malformed parameter.</summary>
    public static readonly PyCode BadParameter = new(1001, "参数缺失或格式错误", "missing or malformed parameter");

    /// <summary>PY1002 未登录或令牌无效: accessToken missing, invalid or expired.</summary>
    public static readonly PyCode InvalidToken = new(1002, "未登录或令牌无效", "accessToken missing, invalid or expired");

    /// <summary>PY1003 业务规则不允许: business rule forbids.</summary>
    public static readonly PyCode RuleForbids = new(1003, "业务规则不允许", "business rule forbids");

    /// <summary>PY1004 用户未实名认证: not real-name authenticated.</summary>
    public static readonly PyCode NotVerified = new(1004, "用户未实名认证", "not real-name authenticated");

    /// <summary>PY1005 用户未领码: code not claimed.</summary>
    public static readonly PyCode NotClaimed = new(1005, "用户未领码", "code not claimed");

    /// <summary>PY1006 授权不足或已撤回: consent lacking or withdrawn.</summary>
    public static readonly PyCode ConsentLacking = new(1006, "授权不足或已撤回", "consent lacking or withdrawn");

    /// <summary>PY1007 用户已冻结或注销: user frozen or closed.</summary>
    public static readonly PyCode UserFrozen = new(1007, "用户已冻结或注销", "user frozen or closed");

    /// <summary>PY1008 请求过于频繁: too many requests.</summary>
    public static readonly PyCode TooManyRequests = new(1008, "请求过于频繁", "too many requests");

    /// <summary>PY1009 位置参数无效或超出服务范围: bad position or outside the service area.</summary>
    public static readonly PyCode BadPosition = new(1009, "位置参数无效或超出服务范围", "bad position or outside the service area");

    /// <summary>PY1010 不支持的二维码类型: unsupported code type.</summary>
    public static readonly PyCode UnsupportedType = new(1010, "不支持的二维码类型", "unsupported code type");

    /// <summary>PY1997 处理超时: timed out.</summary>
    public static readonly PyCode TimedOut = new(1997, "处理超时", "timed out");

    /// <summary>PY1998 服务繁忙或降级,请使用应急码: busy or degraded: use the emergency code.</summary>
    public static readonly PyCode Busy = new(1998, "服务繁忙或降级,请使用应急码", "busy or degraded: use the emergency code");

    /// <summary>PY1999 系统异常: system error.</summary>
    public static readonly PyCode SystemError = new(1999, "系统异常", "system error");

    /// <summary>PY2001 商户不存在、停用或未备案: merchant unknown, disabled or not registered.</summary>
    public static readonly PyCode MerchantUnknown =
        new(2001, "商户不存在、停用或未备案", "merchant unknown, disabled or not registered");

    /// <summary>PY2002 签名验证失败: bad signature.</summary>
    public static readonly PyCode BadSignature = new(2002, "签名验证失败", "bad signature");

    /// <summary>PY2003 请求时间超出允许偏差: time outside the window.</summary>
    public static readonly PyCode TimeOutsideWindow = new(2003, "请求时间超出允许偏差", "time outside the window");

    /// <summary>PY2004 重复请求: replayed request.</summary>
    public static readonly PyCode Replayed = new(2004, "重复请求", "replayed request");

    /// <summary>PY2005 设备未登记或不属于该商户: device unknown or another merchant's.</summary>
    public static readonly PyCode DeviceUnknown = new(2005, "设备未登记或不属于该商户", "device unknown or another merchant's");

    /// <summary>PY2006 二维码格式无法识别: not one of our codes, or damaged.</summary>
    public static readonly PyCode NotOurCode = new(2006, "二维码格式无法识别", "not one of our codes, or damaged");

    /// <summary>PY2007 二维码不存在: no such code.</summary>
    public static readonly PyCode NoSuchCode = new(2007, "二维码不存在", "no such code");

    /// <summary>PY2008 二维码已过期,请刷新: expired.</summary>
    public static readonly PyCode Expired = new(2008, "二维码已过期,请刷新", "expired");

    /// <summary>PY2009 二维码已使用: already used.</summary>
    public static readonly PyCode AlreadyUsed = new(2009, "二维码已使用", "already used");

    /// <summary>PY2010 二维码已作废: revoked.</summary>
    public static readonly PyCode Revoked = new(2010, "二维码已作废", "revoked");

    /// <summary>PY2011 发码密钥无效: issuing key unknown, expired or revoked.</summary>
    public static readonly PyCode IssuingKeyInvalid = new(2011, "发码密钥无效", "issuing key unknown, expired or revoked");

    /// <summary>PY2012 发码签名错误: issuer signature wrong.</summary>
    public static readonly PyCode IssuerSignatureWrong = new(2012, "发码签名错误", "issuer signature wrong");

    /// <summary>PY2013 持码人签名错误: holder signature wrong.</summary>
    public static readonly PyCode HolderSignatureWrong = new(2013, "持码人签名错误", "holder signature wrong");

    /// <summary>PY2014 应急码当前未启用: emergency codes not in force.</summary>
    public static readonly PyCode EmergencyNotInForce = new(2014, "应急码当前未启用", "emergency codes not in force");

    /// <summary>PY2015 场景无权获取所请求信息: scene not registered for the information asked.</summary>
    public static readonly PyCode FieldsNotRegistered =
        new(2015, "场景无权获取所请求信息", "scene not registered for the information asked");

    /// <summary>PY2016 用户未授权该场景: user has not authorised this scene.</summary>
    public static readonly PyCode SceneNotAuthorised = new(2016, "用户未授权该场景", "user has not authorised this scene");

    /// <summary>PY2017 不符合本场景通行条件: the scene's rule denies.</summary>
    public static readonly PyCode SceneRuleDenies = new(2017, "不符合本场景通行条件", "the scene's rule denies");

    /// <summary>PY2018 数据暂不可用: directory loading or too stale to answer: unknown, not "no".</summary>
    public static readonly PyCode DataUnavailable =
        new(2018, "数据暂不可用", "directory loading or too stale to answer: unknown, not \"no\"");

    /// <summary>PY3001 应用不存在或未备案: app unknown.</summary>
    public static readonly PyCode AppUnknown = new(3001, "应用不存在或未备案", "app unknown");

    /// <summary>PY3002 应用已停用: app disabled.</summary>
    public static readonly PyCode AppDisabled = new(3002, "应用已停用", "app disabled");

    /// <summary>PY3003 授权码无效: authorisation code invalid.</summary>
    public static readonly PyCode AuthorisationCodeInvalid = new(3003, "授权码无效", "authorisation code invalid");

    /// <summary>PY3004 授权码已过期: authorisation code expired.</summary>
    public static readonly PyCode AuthorisationCodeExpired = new(3004, "授权码已过期", "authorisation code expired");

    /// <summary>PY3005 授权码已使用,令牌已吊销: code reused; tokens from it revoked.</summary>
    public static readonly PyCode AuthorisationCodeReused =
        new(3005, "授权码已使用,令牌已吊销", "code reused; tokens from it revoked");

    /// <summary>PY3006 授权码与应用不匹配: code belongs to another app.</summary>
    public static readonly PyCode AuthorisationCodeOfAnotherApp = new(3006, "授权码与应用不匹配", "code belongs to another app");

    /// <summary>PY3007 应用签名错误: app signature wrong.</summary>
    public static readonly PyCode AppSignatureWrong = new(3007, "应用签名错误", "app signature wrong");

    /// <summary>PY3008 用户已撤回授权: user withdrew.</summary>
    public static readonly PyCode AuthorisationWithdrawn = new(3008, "用户已撤回授权", "user withdrew");

    /// <summary>PY3009 授权范围无效: invalid scope.</summary>
    public static readonly PyCode ScopeInvalid = new(3009, "授权范围无效", "invalid scope");

    /// <summary>PY3010 刷新令牌无效: invalid refresh token.</summary>
    public static readonly PyCode RefreshTokenInvalid = new(3010, "刷新令牌无效", "invalid refresh token");

    /// <summary>Every code, ascending by number.</summary>
    public static IReadOnlyList<PyCode> All { get; } =
    [
        Success, BadParameter, InvalidToken, RuleForbids,
        NotVerified, NotClaimed, ConsentLacking, UserFrozen,
        TooManyRequests, BadPosition, UnsupportedType, TimedOut,
        Busy, SystemError, MerchantUnknown, BadSignature,
        TimeOutsideWindow, Replayed, DeviceUnknown, NotOurCode,
        NoSuchCode, Expired, AlreadyUsed, Revoked,
        IssuingKeyInvalid, IssuerSignatureWrong, HolderSignatureWrong, EmergencyNotInForce,
        FieldsNotRegistered, SceneNotAuthorised, SceneRuleDenies, DataUnavailable,
        AppUnknown, AppDisabled, AuthorisationCodeInvalid, AuthorisationCodeExpired,
        AuthorisationCodeReused, AuthorisationCodeOfAnotherApp, AppSignatureWrong, AuthorisationWithdrawn,
        ScopeInvalid, RefreshTokenInvalid,
    ];
}
