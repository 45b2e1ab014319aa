using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using YiMaTong.Codes.Returns;
using YiMaTong.Issuing.Storage;
using Proto = YiMaTong.Contracts.Platform.V1;

namespace YiMaTong.Issuing.Platform;

/// <summary>Changes of merchants and devices inside their unit; forms are checked already. Thread-safe.</summary>
internal sealed class MerchantPuts(FieldSealer sealer)
{
    private const int ResponseKeySize = 32;
    private const byte FirstResponseKeyId = 1;

    /// <summary>Puts a merchant; <paramref name="accepted"/> gets the response key when this call made it.</summary>
    public async Task<Outcome> PutMerchant(
        IssuingDbContext db, Proto.Merchant form, Proto.MerchantAccepted accepted, CancellationToken cancellationToken)
    {
        if (!await db.Scenes.AnyAsync(scene => scene.SceneId == form.SceneId, cancellationToken))
        {
            return Outcome.BadParameter("sceneId");
        }

        var row = await db.Merchants.FindAsync([form.MerchantId], cancellationToken);
        if (row is null)
        {
            row = new Merchant
            {
                MerchantId = form.MerchantId,
                Name = "",
                SceneId = "",
                PublicKeyPem = "",
                ResponseKeyId = FirstResponseKeyId,
                ResponseKeySealed = NewResponseKey(accepted),
            };
            db.Merchants.Add(row);
        }

        MerchantForm.Read(form, row);
        accepted.ResponseKeyId = row.ResponseKeyId;
        return Outcome.Ok;
    }

    /// <summary>
    /// Makes a merchant's next response key; <paramref name="accepted"/> gets it. Nodes go on without it.
    /// </summary>
    public async Task<Outcome> MakeResponseKey(
        IssuingDbContext db, string merchantId, Proto.MerchantAccepted accepted, CancellationToken cancellationToken)
    {
        if (await db.Merchants.FindAsync([merchantId], cancellationToken) is not { } row)
        {
            return PyCodes.MerchantUnknown;
        }

        row.NextResponseKeySealed = NewResponseKey(accepted);
        accepted.ResponseKeyId = Next(row.ResponseKeyId);
        return Outcome.Ok;
    }

    /// <summary>Has answers sealed under the key that waits; the one in use is used already.</summary>
    public static async Task<Outcome> UseResponseKey(
        IssuingDbContext db, string merchantId, uint keyId, Proto.MerchantAccepted accepted,
        CancellationToken cancellationToken)
    {
        if (await db.Merchants.FindAsync([merchantId], cancellationToken) is not { } row)
        {
            return PyCodes.MerchantUnknown;
        }

        if (row.NextResponseKeySealed is { } next && keyId == Next(row.ResponseKeyId))
        {
            (row.ResponseKeySealed, row.ResponseKeyId) = (next, (byte)keyId);
            row.NextResponseKeySealed = null;
        }

        accepted.ResponseKeyId = row.ResponseKeyId;
        return keyId == row.ResponseKeyId ? Outcome.Ok : Outcome.BadParameter("responseKeyId");
    }

    /// <summary>
    /// Puts a device. A disabled merchant's devices can still be put: switching them off is one such put.
    /// </summary>
    public static async Task<Outcome> PutDevice(
        IssuingDbContext db, Proto.Device form, CancellationToken cancellationToken)
    {
        if (!await db.Merchants.AnyAsync(merchant => merchant.MerchantId == form.MerchantId, cancellationToken))
        {
            return PyCodes.MerchantUnknown;
        }

        var row = await db.Devices.FindAsync([form.MacId], cancellationToken);
        if (row is null)
        {
            row = new Device { MacId = form.MacId, MerchantId = form.MerchantId };
            db.Devices.Add(row);
        }
        else if (row.MerchantId != form.MerchantId)
        {
            return PyCodes.DeviceUnknown;
        }

        row.Place = form.Place;
        row.Active = Registration.IsActive(form.State);
        return Outcome.Ok;
    }

    private byte[] NewResponseKey(Proto.MerchantAccepted accepted)
    {
        var key = RandomNumberGenerator.GetBytes(ResponseKeySize);
        accepted.ResponseKeyBase64 = Convert.ToBase64String(key);
        var result = sealer.SealBytes(SealedColumns.MerchantResponseKey, key);
        CryptographicOperations.ZeroMemory(key);
        return result;
    }

    private static byte Next(byte keyId) => keyId == byte.MaxValue ? FirstResponseKeyId : (byte)(keyId + 1);
}
