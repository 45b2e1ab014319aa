using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using FieldKind = Google.Protobuf.Reflection.FieldDescriptorProto.Types.Type;
using FieldLabel = Google.Protobuf.Reflection.FieldDescriptorProto.Types.Label;

namespace YiMaTong.Hosting.Tests.Rest;

/// <summary>Messages made for the guard: every type, and more fields than a mask has bits.</summary>
internal static class GuardedMessages
{
    public static MessageDescriptor All { get; } = Build().FindTypeByName<MessageDescriptor>("All");

    public static MessageDescriptor Wide { get; } = Build().FindTypeByName<MessageDescriptor>("Wide");

    private static FileDescriptor Build()
    {
        var all = new DescriptorProto
        {
            Name = "All",
            Field =
            {
                Field("merchant_id", 1, FieldKind.String),
                Field("is_open", 2, FieldKind.Bool),
                Field("signed", 3, FieldKind.Int32),
                Field("unsigned", 4, FieldKind.Uint32),
                Field("long", 5, FieldKind.Int64),
                Field("revision", 6, FieldKind.Uint64),
                Field("color", 7, FieldKind.Enum, ".guard.Color"),
                Field("until", 8, FieldKind.Message, ".google.protobuf.Timestamp"),
                Field("seal", 9, FieldKind.Bytes),
                Field("nested", 10, FieldKind.Message, ".guard.All"),
                Field("words", 11, FieldKind.String, repeated: true),
                Field("all_nested", 12, FieldKind.Message, ".guard.All", repeated: true),
                Field("ratio", 13, FieldKind.Double),
            },
        };
        var wide = new DescriptorProto
        {
            Name = "Wide",
            Field = { Enumerable.Range(1, 130).Select(i => Field($"f{i}", i, FieldKind.Int32)) },
        };
        var color = new EnumDescriptorProto
        {
            Name = "Color",
            Value =
            {
                new EnumValueDescriptorProto { Name = "COLOR_UNSPECIFIED", Number = 0 },
                new EnumValueDescriptorProto { Name = "COLOR_RED", Number = 1 },
            },
        };
        var file = new FileDescriptorProto
        {
            Name = "guard.proto",
            Package = "guard",
            Syntax = "proto3",
            Dependency = { TimestampReflection.Descriptor.Name },
            MessageType = { all, wide },
            EnumType = { color },
        };
        var timestamps = TimestampReflection.Descriptor.SerializedData;
        return FileDescriptor.BuildFromByteStrings([timestamps, file.ToByteString()])[^1];
    }

    private static FieldDescriptorProto Field(
        string name, int number, FieldKind kind, string? type = null, bool repeated = false)
    {
        var field = new FieldDescriptorProto
        {
            Name = name,
            Number = number,
            Type = kind,
            Label = repeated ? FieldLabel.Repeated : FieldLabel.Optional,
        };
        if (type is not null)
        {
            field.TypeName = type;
        }

        return field;
    }
}
